from __future__ import annotations

from django.utils.translation import override

from hrsaas.access.labels import NOUN_LABELS, VERB_LABELS, choices
from hrsaas.access.rules.permissions import ALL, NOUNS


def test_every_permission_has_a_name_and_no_name_is_left_over() -> None:
    assert set(NOUN_LABELS) == set(NOUNS)
    assert set(VERB_LABELS) == {verb for verbs in NOUNS.values() for verb in verbs}
    with override("en"):
        labels = [str(label) for _code, label in choices(ALL)]
    assert len(set(labels)) == len(ALL) and "Rosters: change" in labels
