from pathlib import Path

from toolchain.obtain import gobuild
from toolchain.obtain.cache import Cache
from toolchain.obtain.forecast import forecast


def test_it_names_what_is_missing_with_minutes_and_their_sum(tmp_path: Path) -> None:
    said = forecast([gobuild.PULUMI, gobuild.ALERTMANAGER], Cache(tmp_path))
    minutes = gobuild.PULUMI.minutes + gobuild.ALERTMANAGER.minutes
    assert f"pulumi ({gobuild.PULUMI.minutes} min), alertmanager ({gobuild.ALERTMANAGER.minutes} min)" in said
    assert said.endswith(f"about {minutes} min.")


def test_what_an_earlier_run_built_is_not_announced(tmp_path: Path) -> None:
    cache, recipe = Cache(tmp_path), gobuild.ALERTMANAGER
    cache.make(recipe.name, recipe.key(gobuild.host_arch()), lambda folder: (folder / "x").touch())
    assert forecast([recipe], cache) == ""
