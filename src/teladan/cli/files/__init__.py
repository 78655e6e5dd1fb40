"""Files of figures read: CSV and workbooks, their columns, decimals and answers."""
