"""Commands written wrongly, told in French: Typer's own sentences are English. Exit codes are Typer's."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import typer
from pydantic import ValidationError
from typer.core import TyperGroup
from typer.exceptions import TyperException

from bot.phrases import Phrases, load_phrases

WRONG_USAGE = 2


class FrenchGroup(TyperGroup):
    """A group of commands whose errors of usage are one French line, and one that leads to the help."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """Run the command; as a program (`standalone_mode`), end with its exit code."""
        try:
            code = super().main(args, prog_name, complete_var, False, windows_expand_args, **extra)
        except TyperException as error:
            if not standalone_mode:
                raise
            if type(error).__name__ == "NoArgsIsHelpError":
                typer.echo(error.format_message(), err=True)
            else:
                _tell(error)
            code = error.exit_code
        except typer.Abort:
            if not standalone_mode:
                raise
            typer.echo(load_phrases("usage").say("aborted"), err=True)
            code = 1
        if not standalone_mode:
            return code
        sys.exit(code)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command that the arguments name."""
        if args and not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            names = ", ".join(self.list_commands(ctx))
            typer.echo(load_phrases("usage").say("no_command", name=args[0], names=names), err=True)
            raise typer.Exit(WRONG_USAGE)
        return super().resolve_command(ctx, args)


def _tell(error: TyperException) -> None:
    """Say what is wrong, from what the error knows: its class, its parameter. Its message is English."""
    phrases, context = load_phrases("usage"), getattr(error, "ctx", None)
    typer.echo(_sentence(error, phrases), err=True)
    if context is not None:
        typer.echo(phrases.say("help", command=context.command_path), err=True)


def _sentence(error: TyperException, phrases: Phrases) -> str:
    parameter = getattr(error, "param", None)
    match type(error).__name__:
        case "NoSuchOption":
            option, near = getattr(error, "option_name", ""), getattr(error, "possibilities", None)
            if near:
                return phrases.say("no_option_near", option=option, near=", ".join(sorted(near)))
            return phrases.say("no_option", option=option)
        case "BadOptionUsage":
            option = getattr(error, "option_name", "")
            return phrases.say("flag" if "does not take" in error.message else "no_value", option=option)
        case "MissingParameter" if parameter is not None:
            return phrases.say("missing", name=_name(parameter))
        case "BadParameter" if parameter is not None:
            return phrases.say("bad_value", name=_name(parameter), wanted=_wanted(error, parameter, phrases))
        case _:
            return phrases.say("malformed")


def _name(parameter: Any) -> str:
    """An argument by what stands for it in the help, an option by its longest spelling."""
    if parameter.param_type_name == "argument":
        return str(parameter.metavar or parameter.human_readable_name).strip("[].")
    return str(max(parameter.opts, key=len))


def _wanted(error: TyperException, parameter: Any, phrases: Phrases) -> str:
    """What a parameter accepts: its choices, or what pydantic, which reads values for Typer, would have had."""
    if choices := getattr(getattr(parameter, "type_descriptor", None), "choices", None):
        return phrases.say("one_of", choices=", ".join(str(getattr(choice, "value", choice)) for choice in choices))
    cause = error.__cause__
    detail: Any = cause.errors()[0] if isinstance(cause, ValidationError) else {"type": ""}
    match detail["type"]:
        case "greater_than_equal":
            return phrases.say("at_least", low=detail["ctx"]["ge"])
        case "less_than_equal":
            return phrases.say("at_most", high=detail["ctx"]["le"])
        case "int_parsing" | "float_parsing":
            return phrases.say("number")
        case _:
            return phrases.say("other_value")
