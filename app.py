"""Opens the page: `python app.py`. Settings are the `ORIANE_*` environment variables."""

from bot.chain import open_oriane
from bot.web import serve
from ingest.settings import SettingError, Settings


def main() -> None:
    """Serve the page with the settings of the environment."""
    settings = Settings()
    try:
        oriane = open_oriane(settings)
    except SettingError as error:
        raise SystemExit(str(error)) from None
    serve(oriane, settings.host, settings.port)


if __name__ == "__main__":
    main()
