# One image for web, operator, worker, beat and migrate; deploy/start.sh tells them apart.
FROM python:3.12-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH
WORKDIR /app
# Before the code, so that a change of code does not install everything again. Wheels only: nothing is compiled here.
COPY requirements.txt deploy/image_requirements.py /tmp/
RUN python /tmp/image_requirements.py < /tmp/requirements.txt > /tmp/image.txt \
    && pip install --require-hashes --only-binary=:all: -r /tmp/image.txt
COPY . .
# Settings ask for addresses and keys; nothing here uses them, and none of them stays in the image.
RUN export DATABASE_URL=postgresql://build/build REDIS_URL=redis://build SECRET_KEY=build MASTER_KEYS=build \
    && python -m hrsaas.console.messages compile \
    && python -m payroll.printing.font \
    && python manage.py collectstatic --noinput --verbosity 0 \
    && python -m compileall -q hrsaas recruiting attendance performance payroll integrations

FROM python:3.12-slim-bookworm
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DJANGO_SETTINGS_MODULE=hrsaas.settings
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin hrsaas
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
WORKDIR /app
USER hrsaas
EXPOSE 8000
# For web, the default; the compose file asks the other processes in their own way.
HEALTHCHECK --interval=15s --timeout=6s --start-period=30s --retries=4 CMD ["python", "deploy/healthy.py", "web"]
ENTRYPOINT ["deploy/start.sh"]
CMD ["web"]
