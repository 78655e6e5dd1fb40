"""Erasing: salt and text are gone, and everything that was proved still is."""

from __future__ import annotations

import json

from django.db import transaction
from django.utils import timezone

from teladan import verify
from teladan.publication.models import Correction
from teladan.record import queries, services
from teladan.record.models import Commitment, Entry
from tests.record.faults.office import CODE
from tests.record.faults.whole import assert_prefixes, entries, files

REASON = "The decree says 3."


def test_erasing_salt_and_text_leaves_log_and_publication_verifying(office, tmp_path, capsys):
    office.back()
    before, remembered = tmp_path / "before", tmp_path / "remembered"
    office.mirror(before)
    assert office.verify("log", str(before), "--remember", str(remembered)) is None
    correction = Correction.objects.get()
    receipt = queries.receipt(correction.asked_act)
    acts = Commitment.objects.filter(disclosed_at__isnull=False).values_list("act", flat=True)
    assert REASON in Commitment.objects.get(act=correction.asked_act).content

    with transaction.atomic():
        assert [services.erase(act, timezone.now()) for act in acts] == [True] * 5
        assert services.erase(correction.asked_act, timezone.now()) is False

    after = tmp_path / "after"
    office.mirror(after)
    assert office.verify("log", str(after), "--remember", str(remembered)) is None
    manifest = after / "record" / "publication" / f"{CODE}.json"
    assert verify.main(["publication", str(manifest), "--log", str(after)]) == 0
    said = capsys.readouterr().out
    assert said.startswith("Holds")
    assert "erased" in said
    shown = json.loads((after / "record" / "publication" / CODE / "disclosures.json").read_text())
    assert {(each["salt"], each["content"], each["erased"]) for each in shown["disclosures"]} == {
        (None, None, True)
    }
    assert [name for name, content in files(after).items() if REASON.encode() in content] == []
    assert not any(REASON.encode() in bytes(row.data) for row in Entry.objects.all())
    assert queries.receipt(correction.asked_act) == receipt
    assert_prefixes(entries())
    assert office.audit() == []
    assert office.start() is None
