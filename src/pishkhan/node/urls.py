"""The node's addresses: those of its role."""

from pishkhan.node import roles

urlpatterns = roles.addresses()
handler400 = "pishkhan.web.errors.bad_request"
handler403 = "pishkhan.web.errors.forbidden"
handler404 = "pishkhan.web.errors.not_found"
handler500 = "pishkhan.web.errors.server_error"
