"""Builds the extension leafnative._core with CMake; everything else stands in pyproject.toml."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sysconfig
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

ROOT = Path(__file__).resolve().parent
# A free-threaded interpreter has no limited API.
LIMITED = not sysconfig.get_config_var("Py_GIL_DISABLED")
# The endings of what the extension is made of.
SOURCES = {".c", ".h", ".def", ".in", ".map"}


class CMakeBuild(build_ext):
    """Lets CMake make the extension, and puts it where setuptools wants it.

    CMAKE_ARGS in the environment goes to CMake, as in CMAKE_ARGS="-DLFN_SERVICE=OFF".
    """

    def build_extension(self, ext: Extension) -> None:
        if shutil.which("cmake") is None or shutil.which("pkg-config") is None:
            raise SystemExit("leafnative: tools are missing. On Debian: apt-get install cmake pkg-config")
        folder = Path(self.build_temp).resolve() / "cmake"
        target = Path(self.get_ext_fullpath(ext.name)).resolve()
        suffix = ".abi3.so" if LIMITED else sysconfig.get_config_var("EXT_SUFFIX")
        configure = [
            "cmake", "-S", str(ROOT), "-B", str(folder),
            "-DCMAKE_BUILD_TYPE=Release",
            f"-DCMAKE_LIBRARY_OUTPUT_DIRECTORY={folder}",
            f"-DLFN_PYTHON_INCLUDE={sysconfig.get_paths()['include']}",
            f"-DLFN_PYTHON_LIMITED={'ON' if LIMITED else 'OFF'}",
            f"-DLFN_PYTHON_SUFFIX={suffix}",
            *shlex.split(os.environ.get("CMAKE_ARGS", "")),
        ]  # fmt: skip
        if shutil.which("ninja") and not (folder / "CMakeCache.txt").exists():
            configure += ["-G", "Ninja"]
        self.run_cmake(configure)
        self.run_cmake(["cmake", "--build", str(folder), "--target", "_core", "--parallel", str(os.cpu_count() or 1)])
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(folder / f"_core{suffix}", target)

    def get_source_files(self) -> list[str]:
        """What CMake reads to make the extension; setuptools takes it along into the source distribution."""
        folders = [ROOT / "csrc", ROOT / "bindings" / "python"]
        read = [path for folder in folders for path in folder.rglob("*") if path.suffix in SOURCES]
        return ["CMakeLists.txt", *(str(path.relative_to(ROOT)) for path in read)]

    @staticmethod
    def run_cmake(command: list[str]) -> None:
        try:
            subprocess.run(command, check=True)
        except subprocess.CalledProcessError as error:
            raise SystemExit(f"leafnative: {shlex.join(command[:2])} failed; the reason stands above") from error


setup(
    ext_modules=[Extension("leafnative._core", sources=[], py_limited_api=LIMITED)],
    cmdclass={"build_ext": CMakeBuild},
    options={"bdist_wheel": {"py_limited_api": "cp311"}} if LIMITED else {},
)
