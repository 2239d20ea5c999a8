// Linker settings of the shipped library; see Package.swift.
