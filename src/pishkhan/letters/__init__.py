"""Letters: accept, register, refer, return, draft, sign, dispatch, receive, hand over, close."""
