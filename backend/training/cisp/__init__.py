"""CISP: pictures and shapes into one space, by contrast; and the same without any shape, to compare with."""
