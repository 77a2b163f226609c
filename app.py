"""Opens the page: `python app.py`. Settings are the `ORIANE_*` environment variables."""

from bot.chain import open_oriane
from bot.web import serve
from ingest.settings import Settings


def main() -> None:
    """Serve the page with the settings of the environment."""
    settings = Settings()
    serve(open_oriane(settings), settings.host, settings.port)


if __name__ == "__main__":
    main()
