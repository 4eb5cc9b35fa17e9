/* Runs every file of a corpus folder through a fuzz target once, without libFuzzer. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay(const char *folder, const char *name)
{
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return -1;
    /* Memory of exactly the size, so that a sanitizer sees a byte too many. */
    (void)fseek(file, 0, SEEK_END);
    long end = ftell(file);
    size_t size = end > 0 ? (size_t)end : 0;
    rewind(file);
    uint8_t *data = malloc(size > 0 ? size : 1);
    int result = data != NULL && fread(data, 1, size, file) == size ? 0 : -1;
    if (result == 0)
        result = LLVMFuzzerTestOneInput(data, size);
    free(data);
    (void)fclose(file);
    return result;
}

int main(int count, char **arguments)
{
    size_t replayed = 0;
    DIR *folder = count == 2 ? opendir(arguments[1]) : NULL;
    if (folder == NULL) {
        (void)fprintf(stderr, "usage: replay FOLDER\n");
        return 2;
    }
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        if (entry->d_name[0] == '.')
            continue;
        if (replay(arguments[1], entry->d_name) != 0) {
            (void)fprintf(stderr, "%s cannot be replayed\n", entry->d_name);
            (void)closedir(folder);
            return 1;
        }
        replayed++;
    }
    (void)closedir(folder);
    (void)printf("%zu files replayed\n", replayed);
    return replayed > 0 ? 0 : 1;
}
