"""Addresses of the desk."""

from django.urls import URLPattern, path

from teladan.desk.views import home

app_name = "desk"

urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
]
