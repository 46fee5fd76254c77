"""Workbooks and text files, in and out; nothing else touches them.

Importing the package imports nothing heavy: each module is imported where its work begins.
"""
