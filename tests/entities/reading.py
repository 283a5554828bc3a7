"""What a client reads through an exposure: one, many, parts, filters, order, pages."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import msgspec
import pytest

from tandem.kernel.tmf.exposure import GET, LIST
from tests.entities.bench import Bench, needs
from tests.entities.sample import Doc


class ReadingSuite:
    """Inherited by every exposure; see `suite`."""

    def test_an_entity_is_read_as_it_was_answered(self, bench: Bench) -> None:
        needs(bench, GET)
        doc = bench.entity(full=True)
        answer = bench.client.get(f"{bench.url}/{doc['id']}")
        assert answer.status_code == 200
        bench.require_valid(answer.json())
        assert answer.json()["id"] == doc["id"]
        assert bench.client.get(f"{bench.url}/{doc['id']}", if_none_match=answer.headers["etag"]).status_code == 304
        bare = bench.url.removeprefix("/tmf-api")
        assert bench.client.get(f"{bare}/{doc['id']}").json() == answer.json()

    def test_what_does_not_exist_is_404(self, bench: Bench) -> None:
        needs(bench, GET)
        answer = bench.client.get(f"{bench.url}/there-is-none")
        assert answer.status_code == 404
        bench.require_valid(answer.json(), type_name="Error")

    def test_fields_choose_attributes(self, bench: Bench) -> None:
        needs(bench, GET)
        doc = bench.entity(full=True)
        always = {"id", "href", "@type", "@baseType", "@schemaLocation"}
        none = bench.client.get(f"{bench.url}/{doc['id']}?fields=none").json()
        assert {"id", "href"} <= none.keys() <= always
        for name in doc.keys() - always:
            answer = bench.client.get(f"{bench.url}/{doc['id']}?fields={quote(name)}").json()
            assert answer.keys() - always == {name}
            bench.require_valid(answer, partial=True)

    def test_a_list_holds_valid_entities_and_its_counts(self, bench: Bench) -> None:
        needs(bench, LIST)
        doc = bench.entity(full=True)
        answer = bench.client.get(f"{bench.url}?limit=1000")
        assert answer.status_code == 200
        assert int(answer.headers["x-result-count"]) == len(answer.json()) == int(answer.headers["x-total-count"])
        assert doc["id"] in [each["id"] for each in answer.json()]
        for each in answer.json():
            bench.require_valid(each)

    def test_pages_are_partial_and_their_links_lead_through_all(self, bench: Bench) -> None:
        needs(bench, LIST)
        wanted = {bench.entity()["id"] for _ in range(3)}
        found: list[str] = []
        url: str | None = f"{bench.url}?limit=2&sort=id"
        while url is not None:
            answer = bench.client.get(url)
            found += [doc["id"] for doc in answer.json()]
            links = {
                part.split('rel="')[1][:-1]: part[1 : part.index(">")] for part in answer.headers["link"].split(", ")
            }
            assert answer.status_code == 206
            url = links.get("next")
        assert wanted <= set(found) and found == sorted(set(found))

    def test_sorting_goes_both_ways(self, bench: Bench) -> None:
        needs(bench, LIST)
        for _ in range(2):
            bench.entity()
        ids = [doc["id"] for doc in bench.client.get(f"{bench.url}?sort=id&limit=1000").json()]
        back = [doc["id"] for doc in bench.client.get(f"{bench.url}?sort=-id&limit=1000").json()]
        assert ids == sorted(ids) == back[::-1]

    def test_every_simple_attribute_can_be_filtered_by(self, bench: Bench) -> None:
        needs(bench, LIST)
        doc = bench.entity(full=True)
        checked = 0
        for name, text in scalars(doc):
            if bench.client.get(f"{bench.url}?{quote(name)}={quote(text)}").status_code == 400:
                assert name.startswith("x-") or name not in _model_names(bench), f"{name} cannot be filtered by"
                continue
            checked += 1
            same = bench.client.get(f"{bench.url}?{quote(name)}={quote(text)}&id={doc['id']}")
            other = bench.client.get(f"{bench.url}?{quote(name)}.ne={quote(text)}&id={doc['id']}")
            assert [each["id"] for each in same.json()] == [doc["id"]], f"{name}={text}: {same.text}"
            assert other.json() == [], name
        assert checked >= 2

    def test_operators_and_alternatives_work_on_the_id(self, bench: Bench) -> None:
        needs(bench, LIST)
        one, two = sorted(bench.entity()["id"] for _ in range(2))
        for query, found in (
            (f"id={one},{two}", [one, two]),
            (f"id={one};id={two}", [one, two]),
            (f"id.gt={one}&id.lte={two}", [two]),
            (f"id.gte={one}&id.lt={two}&id.ne={one}", None),
            (f"id.regex=^{one}$", [one]),
            ("id=there-is-none", []),
        ):
            answer = bench.client.get(f"{bench.url}?{query}&sort=id")
            assert answer.status_code in (200, 206), answer.text
            ids = [doc["id"] for doc in answer.json() if doc["id"] in (one, two)]
            assert ids == (found if found is not None else [])

    @pytest.mark.parametrize(
        "query",
        ["nothingLikeIt=1", "id.like=1", "limit=-1", "offset=x", "sort=nothingLikeIt", "id.regex=(", "noFilter"],
    )
    def test_a_filter_that_is_none_is_refused(self, bench: Bench, query: str) -> None:
        needs(bench, LIST)
        answer = bench.client.get(f"{bench.url}?{query}")
        assert answer.status_code == 400
        assert answer.json()["path"]
        bench.require_valid(answer.json(), type_name="Error")


def scalars(doc: Doc) -> Iterator[tuple[str, str]]:
    """Top-level attributes that a filter can name, with the text of their values."""
    for name, value in doc.items():
        if isinstance(value, bool):
            yield name, str(value).lower()
        elif isinstance(value, str | int | float) and value != "":
            yield name, str(value).replace("\\", "\\\\").replace(",", "\\,").replace(";", "\\;")


def _model_names(bench: Bench) -> set[str]:
    return {field.encode_name for field in msgspec.structs.fields(bench.exposure.model)}
