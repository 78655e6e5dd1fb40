"""Writing the registry: places and bodies from their files, persons, their roles and how they sign in."""

from teladan.registry.services.loading import load_registry
from teladan.registry.services.persons import (
    PersonError,
    add_person,
    end_person,
    end_role,
    give_role,
    give_second_factor,
    pseudonym,
    reset_sign_in,
)
from teladan.registry.services.samples import SAMPLES, SignIn, demo_sign_ins, sample_person

__all__ = [
    "SAMPLES",
    "PersonError",
    "SignIn",
    "add_person",
    "demo_sign_ins",
    "end_person",
    "end_role",
    "give_role",
    "give_second_factor",
    "load_registry",
    "pseudonym",
    "reset_sign_in",
    "sample_person",
]
