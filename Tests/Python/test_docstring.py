"""What a docstring says about a function and its parameters, in the three styles."""

from __future__ import annotations

import inspect

import pytest

from sparkchat import InvalidArgumentError, Tool
from sparkchat._schema.docstrings import parse_docstring

GOOGLE = """
    Look up the weather: for a city.

    It is a forecast.

    Args:
        city (str): The city's name,
            such as "Hefei".

            No village.
        days: How many.

    Returns:
        The forecast: a text.
    """
NUMPY = """
    Look up the weather: for a city.

    It is a forecast.

    Parameters
    ----------
    city : str
        The city's name,
        such as "Hefei".

        No village.
    days : {1, 2}, optional
        How many.

    Returns
    -------
    str
        The forecast: a text.
    """
SPHINX = """
    Look up the weather: for a city.

    It is a forecast.

    :param city: The city's name,
        such as "Hefei".

        No village.
    :type city: str
    :param int days: How many.
    :returns: The forecast: a text.
    :rtype: str
    """


@pytest.mark.parametrize("docstring", [GOOGLE, NUMPY, SPHINX], ids=["google", "numpy", "sphinx"])
def test_all_styles_say_the_same(docstring: str) -> None:
    def look_up(city: str, days: int) -> str:
        return f"{city} {days}"

    look_up.__doc__ = docstring
    tool = Tool.of(look_up)
    assert tool.description == "Look up the weather: for a city.\n\nIt is a forecast."
    properties = tool.parameters["properties"]
    assert {name: schema["description"] for name, schema in properties.items()} == {
        "city": 'The city\'s name, such as "Hefei". No village.',
        "days": "How many.",
    }


@pytest.mark.parametrize(
    ("docstring", "text", "about"),
    [
        ("Add.", "Add.", {}),
        ("", "", {}),
        (
            "Add.\n\nParameters\n----------\na, b : int\n    One.",
            "Add.",
            {"a": "One.", "b": "One."},
        ),
        ("Add.\n\nParameters\n----------\na\n    One.\nb\n", "Add.", {"a": "One.", "b": ""}),
        ("Add.\n\nReturns:\n    a: no parameter", "Add.", {}),
        ("Add.\n\nReturns\n-------\na : int\n    No parameter.", "Add.", {}),
        ("Add.\n\nArgs:\n    a: One.\n\nOnly integers.", "Add.\n\nOnly integers.", {"a": "One."}),
        ("Add.\n\n:param a: One.\n\nOnly integers.", "Add.\n\nOnly integers.", {"a": "One."}),
        ("Add.\n:class:`int` only: no others.", "Add.\n:class:`int` only: no others.", {}),
        ("Add.\n\nArgs:\n    a: See:\n        x: 1", "Add.", {"a": "See: x: 1"}),
    ],
)
def test_what_is_where(docstring: str, text: str, about: dict[str, str]) -> None:
    assert parse_docstring(inspect.cleandoc(docstring)) == (text, about)


@pytest.mark.parametrize(
    "begins", ["Args:\n    a: One.", "Parameters\n----------", ":param a: One."]
)
def test_a_docstring_of_parameters_only_is_refused(begins: str) -> None:
    with pytest.raises(
        InvalidArgumentError, match=r"does not say what the function does"
    ) as caught:
        parse_docstring(begins)
    assert begins.split()[0] in str(caught.value)


@pytest.mark.parametrize("says", ["Args:\n    n: One.", "Parameters\n---\nn\n    x", ":param n: x"])
def test_what_is_no_parameter_is_refused(says: str) -> None:
    def add(a: int) -> int:
        return a

    add.__doc__ = f"Add.\n\n{says}"
    with pytest.raises(InvalidArgumentError, match="'n', which is not a parameter"):
        Tool.of(add)


def test_sections_of_the_authors_own() -> None:
    """numpy's documentation has such sections; an unknown title ends the parameters as well."""
    text, about = parse_docstring(
        inspect.cleandoc("""
        Look up the weather.

        Parameters
        ----------
        city, town : str
            Its name.
        **more : object
            What else there is.

        Limits
        ------
        Seven days.

        See Also
        --------
        forecast : Later.
        """)
    )
    assert text == "Look up the weather.\n\nLimits: Seven days."
    assert about == {"city": "Its name.", "town": "Its name.", "more": "What else there is."}
