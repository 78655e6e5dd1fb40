"""A node with everything in it, to damage one place of and put back: who catches what.

Kota Denpasar's computed edition of 2021, published, corrected and signed; 260 acts about practices, so that
there is a full tile and a begun one; a committed score, nothing of it public; an erased one; and, waiting
for their places, a sample's preparation and publication and one more act.
"""

from __future__ import annotations

import contextlib
import io
import json
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection, transaction
from django.test import Client

from teladan import verify
from teladan.config import audit as server
from teladan.core import library
from teladan.core.log.checkpoint import parse
from teladan.core.log.note import parse as parse_note
from teladan.core.log.tiles import entries_path, tile_path, tiles_between
from teladan.publication.models import Preparation, Publication
from teladan.publication.services import ask_correction, decide_correction, load_publication, prepare, release
from teladan.record import objects, services
from teladan.record.audit_stretch import Finding
from teladan.record.sequencer import Blocked, Sequencer, Stopped
from teladan.registry.services import load_registry
from tests.record.acts import append, audited, commit
from tests.record.conftest import OwnLog
from tests.record.faults.killing import patient
from tests.recorded import recorded

CODE = "spbe-2021-denpasar"
LOADED = datetime(2026, 11, 24, tzinfo=UTC)
KEPT = "kept"  # the schema with the rows as they were
Told = str | None  # what a catcher said, None where it noticed nothing


@dataclass
class Office:
    """The node, its copy, and everyone who looks at it."""

    log: OwnLog
    copy: Path
    tables: list[str] = field(default_factory=list)

    def fill(self) -> None:
        """Do everything that is in it, and keep a copy."""
        self._publish()
        self.log.sequencer().drain()
        self._correct()
        append(248, "practice/one")
        self.erased = commit({"level": "2"}, "edition/x")
        self.committed = commit({"level": "4"}, "edition/x")
        with transaction.atomic():
            services.erase(self.erased, LOADED)
        self.log.made[-1].drain()
        append(3, "practice/two")
        self.log.made[-1].drain()
        append(1, "practice/begins")
        recorded(self.log.made[-1].drain, self.log.folder).release()
        append(1, "practice/waits")
        self.log.close()
        self.log.made.clear()
        self._keep()

    def _publish(self) -> None:
        root = library.shipped("published")
        load_registry(root / "organisations")
        assert load_publication(root / "spbe" / "2021-denpasar", at=LOADED)

    def _correct(self) -> None:
        from teladan.publication.services.loading import samples

        publisher, second = samples(LOADED)
        publication = Publication.objects.get(code=CODE)
        asked = ask_correction(
            by=publisher,
            publication=publication,
            organisation="idn-kota-denpasar",
            element="I1",
            becomes="3",
            reason="The decree says 3.",
            at=LOADED,
        )
        decided = decide_correction(by=second, correction=asked, accept=True, reason="Seen.", at=LOADED)
        self.log.made[-1].drain()
        made = prepare(by=publisher, preparation=decided.preparation, at=LOADED)
        release(by=second, preparation=made, at=LOADED)
        self.log.made[-1].drain()

    # --- putting back -----------------------------------------------------------------------

    def _keep(self) -> None:
        connection.close()
        shutil.copytree(self.log.folder, self.copy)
        with psycopg.connect(self.log.url) as admin:
            admin.execute(f"CREATE SCHEMA {KEPT}")
            named = admin.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
                " AND (tablename LIKE 'record%%' OR tablename LIKE 'publication%%'"
                " OR tablename IN ('registry_organisation', 'registry_pseudonym'))"
            )
            self.tables = sorted(name for (name,) in named)
            for table in self.tables:
                admin.execute(f"CREATE TABLE {KEPT}.{table} AS TABLE public.{table}")

    def back(self) -> None:
        """Put rows and files back to what they were."""
        self.log.close()
        self.log.made.clear()
        shutil.rmtree(self.log.folder)
        shutil.copytree(self.copy, self.log.folder)
        changes = [f"DELETE FROM public.{table}" for table in self.tables]
        changes += [f"INSERT INTO public.{table} SELECT * FROM {KEPT}.{table}" for table in self.tables]
        self._changed(changes)

    def change(self, *statements: str) -> None:
        """Change rows as only the attacker with the whole database can: no trigger, no constraint asks."""
        assert all(self._changed(statements)), statements

    def _changed(self, statements: Iterable[str]) -> list[int]:
        with psycopg.connect(self.log.url) as attacker:
            attacker.execute("SET session_replication_role = replica")
            return [attacker.execute(statement).rowcount for statement in statements]

    def flip(self, name: str) -> None:
        """Flip the lowest bit of the byte in the middle of a file."""
        path = self.log.folder / name
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)

    def object_of(self, name: str, number: int) -> str:
        """Return the file of an object that a publication names, below the node's folder."""
        row = Preparation.objects.get(code=CODE, number=number)
        return objects.path(getattr(row, f"{name}_sha256")).relative_to(self.log.folder).as_posix()

    # --- who looks --------------------------------------------------------------------------

    def audit(self) -> list[Finding]:
        """Run the audit as `teladan audit` does, with what the other rooms compare."""
        return audited(self.log, compare=server.COMPARE).findings

    def start(self) -> Told:
        """Let a fresh sequencer go to work; say what stopped it."""
        return self._worked(self.log.sequencer())

    def at_work(self, damage: Callable[[], None]) -> Told:
        """Damage the node under a sequencer that is at work already; say what stopped it."""
        sequencer = self.log.sequencer(batch=1)
        patient(sequencer.step)
        damage()
        return self._worked(sequencer)

    def _worked(self, sequencer: Sequencer) -> Told:
        try:
            patient(sequencer.drain)
        except Stopped as stopped:
            return str(stopped)
        except Blocked as held:
            raise AssertionError(f"nothing is in the way: {held}") from held
        finally:
            sequencer.close()
        return None

    def verify(self, *arguments: str) -> Told:
        """Run the verifier; return its verdict where the record does not hold or cannot be checked."""
        out = io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            status = verify.main(list(arguments))
        verdict = out.getvalue().partition("\n")[0]
        assert verdict.startswith(("Holds", "Does not hold", "Could not check"))
        assert verdict.startswith("Holds") == (status == 0)
        return None if status == 0 else verdict

    def mirror(self, folder: Path) -> None:
        """Take what a stranger takes: the record's files and those of the publication, as they are served."""
        client = Client(raise_request_exception=False)

        def take(name: str) -> bytes:
            response = client.get(f"/record/{name}")
            if response.status_code != 200:
                return b""
            path = folder / "record" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(response.content)
            return response.content

        shutil.rmtree(folder, ignore_errors=True)
        for name in ("key", "checkpoints"):
            take(name)
        with contextlib.suppress(ValueError):
            size = parse(parse_note(take("checkpoint")).text).size
            for level, index, width in tiles_between(0, size):
                take(tile_path(level, index, width))
                if level == 0:
                    take(entries_path(index, width))
        manifest = json.loads(take(f"publication/{CODE}.json") or b'{"publications": []}')
        shown = json.loads(take(f"publication/{CODE}/disclosures.json") or b'{"disclosures": []}')
        for each in manifest["publications"]:
            for name in ("results", "inputs", "instrument", "uncertainty"):
                take(f"object/{each[name]}")
        positions = [each["entry"] for each in manifest["publications"]]
        positions += [each["position"] for each in shown["disclosures"]]
        for position in positions:
            take(f"proof/{position}")

    def page(self) -> Told:
        """Hold the page's figures, taken as JSON, against the document that its entry names."""
        client = Client()
        manifest = client.get(f"/record/publication/{CODE}.json").json()
        results = client.get(f"/record/object/{manifest['publications'][-1]['results']}")
        if results.status_code != 200:
            return "the document is not there"
        try:
            wanted = json.loads(results.content)
        except ValueError:
            return "the document is no JSON"
        page = client.get(f"/en/results/{CODE}.json")
        if page.status_code != 200:
            return "the page is gone"
        shown = page.json()
        if len(shown["rows"]) != len(wanted["rows"]):
            return "the page has another number of rows"
        for row, document in zip(shown["rows"], wanted["rows"], strict=True):
            for name, holds, says in _figures(row, document):
                if holds != says:
                    return f"the page shows {holds} for {document['organisation']} {name}, not {says}"
        return None if shown["titles"] == wanted["titles"] else "the page has another title"


def _figures(row: dict[str, Any], document: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    elements = {code: each.get("printed") for code, each in document["elements"].items()}
    return [
        ("index", row["index"], document["index"]["printed"]),
        ("band", row["band"], document["band"]),
        *((code, row["elements"].get(code), says) for code, says in elements.items() if says),
    ]
