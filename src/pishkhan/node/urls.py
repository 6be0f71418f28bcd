"""The node's addresses: those of its role."""

from importlib.util import find_spec

from pishkhan.node import roles

urlpatterns = roles.addresses()
if find_spec("pishkhan.web.errors"):
    handler400 = "pishkhan.web.errors.bad_request"
    handler403 = "pishkhan.web.errors.forbidden"
    handler404 = "pishkhan.web.errors.not_found"
    handler500 = "pishkhan.web.errors.server_error"
