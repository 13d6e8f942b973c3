"""The command `models`: what fills which role, whether it is whole, and how to get what is missing."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from backend import providers
from backend.providers import GB, MB, Provider, Role
from protocol.errors import ModelsMissing, ModelUnusable, RequestInvalid

from . import settings


def register(subparsers: argparse._SubParsersAction) -> None:
    parser = subparsers.add_parser("models", help="which models are there, and how to get what is missing")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    roles = [role.key for role in providers.ROLES if role.configurable]

    listing = actions.add_parser("list", help="all roles: what fills them, what else could, its size and licence")
    listing.set_defaults(run=_list)

    checking = actions.add_parser("check", help="whether what is configured can be loaded, in words")
    checking.add_argument("role", nargs="?", choices=roles, metavar="ROLE")
    checking.add_argument("folder", nargs="?", type=Path, help="another folder than the configured one")
    checking.set_defaults(run=_check)

    adding = actions.add_parser("add", help="use a folder, or a model already downloaded, for a role")
    adding.add_argument("role", choices=roles, metavar="ROLE", help=", ".join(roles))
    adding.add_argument("source", metavar="FOLDER_OR_ID")
    adding.set_defaults(run=_add)

    removing = actions.add_parser("remove", help="forget what is configured for a role; its files stay")
    removing.add_argument("role", choices=roles, metavar="ROLE")
    removing.set_defaults(run=_remove)

    fetching = actions.add_parser("fetch", help="download a role's model, after asking")
    fetching.add_argument("role", choices=roles, metavar="ROLE", help=", ".join(roles))
    fetching.add_argument("--provider", metavar="NAME", help="which of the role's providers; else the first")
    fetching.add_argument("--source", default="", metavar="ID", help="another model id on the hub than the usual ones")
    fetching.add_argument("--yes", action="store_true", help="do not ask")
    fetching.set_defaults(run=_fetch)


def _list(arguments: argparse.Namespace) -> int:
    for role in providers.ROLES:
        print(f"{role.name}: {role.purpose}")
        if role.configurable:
            print(f"    {'configured':11s}{settings.configured(role.key) or 'nothing'}")
        print(f"    {'without':11s}{role.without}")
        for provider in role.providers:
            print(f"    {'* ' if provider.embedded else '- '}{provider.name}: {', '.join(_facts(provider))}")
            for line in _way(role, provider):
                print(f"        {line}")
        print()
    print(f"Configuration: {settings.config_file()}")
    return 0


def _facts(provider: Provider) -> list[str]:
    facts = [f"licence {provider.licence}"]
    facts += [f"download {_size(provider.download)}"] if provider.download else []
    where = " of a GPU" if provider.gpu else ", on a GPU or without"
    facts += [f"memory {_size(provider.memory)}{where}"] if provider.memory else []
    if provider.embedded:
        facts.append("embedded")
    if missing := provider.missing_modules:
        facts.append(f"not installed ({', '.join(missing)})")
    return [*facts, *([] if provider.used else ["not used by this release"])]


def _way(role: Role, provider: Provider) -> list[str]:
    """How to get it."""
    lines = [provider.install] if provider.missing_modules and provider.install else []
    if provider.sources:
        first = provider is next(p for p in role.providers if p.sources)
        chosen = "" if first else f' --provider "{provider.name}"'
        lines.append(f"python -m backend models fetch {role.key}{chosen}    (from {', '.join(provider.sources)})")
    if provider.page:
        lines.append(f"from {provider.page}; then: python -m backend models add {role.key} FOLDER")
    return lines


def _check(arguments: argparse.Namespace) -> int:
    if arguments.folder is not None:
        return _tell(providers.role(arguments.role), arguments.folder)
    settings.read_models()  # a configuration that cannot be read is what is wrong, not that nothing is configured
    chosen = [role for role in providers.ROLES if role.configurable and arguments.role in (None, role.key)]
    wrong = 0
    for role in chosen:
        try:
            folder = providers.folder_of(role.key)
        except ModelsMissing as error:
            print(f"{role.key}: {error.detail}\n    {error.remedy}")
            wrong = 1
            continue
        if folder is None:
            print(f"{role.key}: nothing is configured. {role.without}")
            continue
        wrong = max(wrong, _tell(role, folder))
    return wrong


def _tell(role: Role, folder: Path) -> int:
    from .diagnose import check

    problems = check(role, folder)
    print(f"{role.key}: {folder} " + ("can be used." if not problems else "cannot be used:"))
    for problem in problems:
        print(f"    {problem}")
    companion = role.companion and not settings.configured(role.companion)
    if companion and not problems:
        print(f"    It also needs “{role.companion}”: python -m backend models fetch {role.companion}")
    return 1 if problems else 0


def _add(arguments: argparse.Namespace) -> int:
    role, source = providers.role(arguments.role), arguments.source
    if providers.is_id(source):
        folder, chosen = providers.located(role.key, source), source
    else:
        folder = Path(source).expanduser().resolve()
        chosen = str(folder)
    if problems := _problems(role, folder):
        raise ModelUnusable(" ".join(problems), remedy="Nothing was changed. Repair the folder and add it again.")
    settings.configure(role.key, chosen)
    return _tell(role, folder)


def _problems(role: Role, folder: Path) -> list[str]:
    from .diagnose import check

    return check(role, folder)


def _remove(arguments: argparse.Namespace) -> int:
    settings.configure(arguments.role, "")
    print(f"{arguments.role}: nothing is configured. {providers.role(arguments.role).without}")
    return 0


def _fetch(arguments: argparse.Namespace) -> int:
    from .fetching import download, offer

    role = providers.role(arguments.role)
    provider = _provider(role, arguments.provider)
    chosen = offer(provider, arguments.source)
    print(f"{provider.name} from {chosen.source}: {_size(chosen.size)} in {len(chosen.files)} files.")
    print(f"Its licence: {provider.licence}.")
    if not arguments.yes and not _confirmed():
        print("Nothing was downloaded.")
        return 1
    folder = download(chosen)
    if problems := _problems(role, folder):
        raise ModelUnusable(f"{folder}: {' '.join(problems)}")
    settings.configure(role.key, chosen.source)
    return _tell(role, folder)


def _provider(role: Role, name: str | None) -> Provider:
    offered = [provider for provider in role.providers if provider.sources]
    if name:
        offered = [provider for provider in offered if name.lower() in provider.name.lower()]
    if not offered:
        pages = [f"{provider.name}: {provider.page}" for provider in role.providers if provider.page]
        raise RequestInvalid(
            f"Nothing to fetch for “{role.name}”" + (f" is named “{name}”." if name else "."),
            remedy=f"By hand: {'; '.join(pages)}; then “models add”." if pages else "See “models list”.",
        )
    return offered[0]


def _confirmed() -> bool:
    if not sys.stdin or not sys.stdin.isatty():
        print("Nobody can be asked here; --yes downloads without asking.")
        return False
    return input("Download? [y/N] ").strip().lower() in ("y", "yes")


def _size(count: int) -> str:
    return f"{count / GB:.1f} GB" if count >= GB else f"{max(1, round(count / MB))} MB"
