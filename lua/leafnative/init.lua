return require "leafnative.core"
