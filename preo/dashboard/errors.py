"""What a person sees when a form is too old; the other error pages are 400.html to 500.html."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, *_: object, **__: object) -> HttpResponse:
    """CSRF_FAILURE_VIEW: mostly a page that was open over a sign-in in another tab."""
    return render(request, "403_csrf.html", status=403)
