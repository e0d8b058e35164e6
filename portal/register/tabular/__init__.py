"""Tables that people send as CSV or XLSX: reading them strictly, and writing them so that they can be read again."""
