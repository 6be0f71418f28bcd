"""Logins as people meet them: entering, the second factor, the password, open sessions.

django-allauth does the work; here are its wiring to the directory's deeds and its pages.
"""

WIRING = {
    "ACCOUNT_ADAPTER": "pishkhan.web.accounts.adapter.AccountAdapter",
    "ACCOUNT_FORMS": {"login": "pishkhan.web.accounts.forms.NameForm"},
    "MFA_ADAPTER": "pishkhan.web.accounts.adapter.SecondFactorAdapter",
    "MFA_FORMS": {
        "authenticate": "pishkhan.web.accounts.forms.CodeForm",
        "reauthenticate": "pishkhan.web.accounts.forms.CodeAgainForm",
        "activate_totp": "pishkhan.web.accounts.forms.FirstCodeForm",
    },
}
"""What allauth is told to use: the node's settings take these values."""
