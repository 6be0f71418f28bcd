"""What the API takes and tells: public shapes, kept apart from the contexts' own contracts.

A contract may change with the code; a shape changes with the version in the address.
"""
