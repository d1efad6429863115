# syntax=docker/dockerfile:1
FROM python:3.13-slim AS build
WORKDIR /src
COPY requirements.lock pyproject.toml README.md ./
RUN python -m venv /opt/sanhui \
 && /opt/sanhui/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY bot bot
COPY compliance compliance
COPY handlers handlers
COPY reminders reminders
COPY storage storage
RUN /opt/sanhui/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.13-slim
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin sanhui \
 && install -d -o sanhui -g sanhui -m 0700 /data
COPY --from=build /opt/sanhui /opt/sanhui
ENV PATH=/opt/sanhui/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    SANHUI_DATABASE_URL=sqlite:////data/sanhui.db \
    SANHUI_LOG_JSON=true
USER sanhui
WORKDIR /data
VOLUME /data
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=60s --timeout=20s --start-period=120s --retries=3 CMD ["sanhui", "doctor", "--alive"]
ENTRYPOINT ["sanhui"]
CMD ["run"]
