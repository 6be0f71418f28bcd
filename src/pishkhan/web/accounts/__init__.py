"""Logins as people meet them: entering, the second factor, the password, open sessions.

django-allauth does the work; here are its adapters to the directory's deeds and its pages.
`node/settings.py` names them.
"""
