"""Documents for people: fact sheets (PDF) and workbooks (XLSX). Pure: frames and arrays in, bytes out."""
