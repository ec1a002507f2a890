# The app: `docker compose up` builds it, with what requirements.lock pins, less what only developers need.
FROM python:3.11-slim
WORKDIR /source
RUN --mount=type=bind,source=pyproject.toml,target=pyproject.toml \
    --mount=type=bind,source=requirements.lock,target=requirements.lock \
    --mount=type=cache,target=/root/.cache/pip \
    python -c "import tomllib; project = tomllib.load(open('pyproject.toml', 'rb'))['project']; print( \
        *project['dependencies'], *project['optional-dependencies']['postgresql'], sep='\n')" > /tmp/needed && \
    pip install --extra-index-url https://download.pytorch.org/whl/cpu -c requirements.lock -r /tmp/needed
RUN --mount=type=bind,target=/source,rw pip install --no-cache-dir --no-deps .
RUN useradd --create-home footnote && install -d -o footnote /library
USER footnote
WORKDIR /library
ENV FOOTNOTE_HOME=/library XDG_CACHE_HOME=/library/.cache
HEALTHCHECK --interval=10s --timeout=5s --start-period=2m --retries=3 \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:7860/healthz', timeout=4)"]
ENTRYPOINT ["footnote"]
CMD ["serve", "--host", "0.0.0.0"]
