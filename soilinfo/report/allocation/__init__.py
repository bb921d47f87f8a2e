"""An allocation of subsidised fertilizer to take away: decree workbook, tables, sheets, sentences."""
