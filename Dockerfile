# The app: `docker compose up` builds it.
FROM python:3.11-slim
WORKDIR /footnote
COPY requirements.lock .
RUN pip install --no-cache-dir --extra-index-url https://download.pytorch.org/whl/cpu -r requirements.lock
COPY . .
RUN pip install --no-cache-dir --no-deps .
RUN useradd --create-home footnote && install -d -o footnote /library
USER footnote
ENV FOOTNOTE_HOME=/library
ENTRYPOINT ["footnote"]
CMD ["serve", "--host", "0.0.0.0"]
