"""The sections of a strategy as blocks, for the paper and for the portal: rows in, words out.

Nothing here reads the database. Everything is written in the language that is active.
"""
