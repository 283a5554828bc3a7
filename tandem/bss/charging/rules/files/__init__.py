"""Usage files of any form to columns, and the files that we write ourselves. What a form is, is data: `form.py`."""
