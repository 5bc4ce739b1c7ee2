"""The whole API on one screen."""

urlpatterns: list[object] = []
