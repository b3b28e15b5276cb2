import pytest

from toolchain.obtain.python_index import uv_variables

LISTING = """\
:env:.index-url='https://env.example/simple'
global.cert='/etc/ssl/own.pem'
global.extra-index-url='\\nhttps://one.example/simple\\nhttps://two.example/simple'
global.index-url='https://global.example/simple'
global.progress-bar='off'
install.find-links='/opt/wheels'
install.index-url='https://install.example/simple'
"""


def test_what_pip_was_told_reaches_uv_and_the_environment_wins_over_files() -> None:
    assert uv_variables(LISTING, {}) == {
        "UV_DEFAULT_INDEX": "https://env.example/simple",
        "UV_INDEX": "https://one.example/simple https://two.example/simple",
        "UV_FIND_LINKS": "/opt/wheels",
        "SSL_CERT_FILE": "/etc/ssl/own.pem",
    }


@pytest.mark.parametrize("name", ["UV_DEFAULT_INDEX", "UV_INDEX_URL"])
def test_what_the_user_set_for_uv_stays(name: str) -> None:
    assert "UV_DEFAULT_INDEX" not in uv_variables(LISTING, {name: "https://own.example/simple"})


def test_a_machine_without_any_configuration_sets_nothing() -> None:
    assert uv_variables("", {}) == {}
