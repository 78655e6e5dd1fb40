"""Who works on publications in tests: one person for each role, and those who may not see them."""

PEOPLE = {
    "publisher": [("publisher", "")],
    "second": [("second publisher", "")],
    "coordinator": [("coordinator", "")],
    "observer": [("observer", "")],
    "both": [("publisher", ""), ("second publisher", "")],
    "elsewhere": [("publisher", "egdi"), ("second publisher", "egdi"), ("coordinator", "egdi")],
    "nobody": [],
}
