"""Holds LiteLLM's proxy to Apportion's quotas.

Before each call what it is expected to use is reserved; a hard limit that is reached refuses it with 429. What was used
takes the reservation's place when the call succeeds, and what was held is given back when it fails. docs/integrations.md
says how it is set up.

Environment:
  APPORTION_URL              where Apportion is, such as http://apportion:8080
  APPORTION_API_KEY          a key with the scope quotas:reserve
  APPORTION_ON_ERROR         closed (default): nothing passes while Apportion does not answer; open: everything does
  APPORTION_TIMEOUT_SECONDS  for how long an answer is waited for; 2
  APPORTION_DEFAULT_TEAM     whose a call is whose key has no team; left out: such calls are refused
  APPORTION_TAGS             of all calls, as k=v,k2=v2
"""

import asyncio
import json
import logging
import os
import urllib.error
import urllib.request
import uuid
from collections import OrderedDict

from fastapi import HTTPException
from litellm.integrations.custom_logger import CustomLogger

log = logging.getLogger("apportion")

NAME_MAX = 255
TOKENS_MAX = 1_000_000_000
# Calls under way that are remembered; of those beyond, the oldest one's reservation ends by itself.
CALLS_MAX = 100_000
FINISH_ATTEMPTS = 3
FINISH_PAUSE_SECONDS = 1.0
MOST_TOKENS = ("max_tokens", "max_completion_tokens", "max_output_tokens")
PROMPTS = ("messages", "prompt", "input", "instructions", "system", "tools")


class Unanswered(Exception):
    """Apportion did not answer, or said that it cannot now."""


class ApportionHook(CustomLogger):
    def __init__(self):
        super().__init__()
        self.url = os.environ["APPORTION_URL"].rstrip("/")
        self.key = os.environ["APPORTION_API_KEY"]
        self.timeout = float(os.environ.get("APPORTION_TIMEOUT_SECONDS", "2"))
        self.default_team = os.environ.get("APPORTION_DEFAULT_TEAM")
        self.tags = dict(pair.split("=", 1) for pair in os.environ.get("APPORTION_TAGS", "").split(",") if pair)
        on_error = os.environ.get("APPORTION_ON_ERROR", "closed")
        if on_error not in ("open", "closed"):
            raise ValueError("APPORTION_ON_ERROR must be open or closed")
        self.is_open = on_error == "open"
        # By the call's id, which a client may choose: two calls under one id have a reservation each.
        self.held = OrderedDict()

    async def async_pre_call_hook(self, user_api_key_dict, cache, data, call_type):
        body = self.asked(user_api_key_dict, data)
        try:
            status, answer, headers = await self.post("/v1/quota/reservations", body)
        except Unanswered as error:
            if self.is_open:
                log.warning("Apportion did not answer, so a call passes uncounted: %s", error)
                return data
            raise HTTPException(status_code=503, detail="Quotas cannot be asked now.") from error
        if status == 429:
            raise HTTPException(status_code=429, detail=answer.get("detail", "A quota is used up."), headers=headers)
        if status == 400:
            raise HTTPException(status_code=400, detail=answer.get("detail", "The call cannot be counted."))
        if status != 201:
            log.error("Apportion answered %s: %s", status, answer.get("detail"))
            raise HTTPException(status_code=503, detail="Quotas cannot be asked now.")
        if answer["reservationId"] is not None:
            self.remember(data.setdefault("litellm_call_id", str(uuid.uuid4())), answer["reservationId"])
        return data

    async def async_log_success_event(self, kwargs, response_obj, start_time, end_time):
        reservation = self.forget(kwargs.get("litellm_call_id"))
        if reservation is not None:
            used = used_tokens(response_obj)
            await self.finish(reservation, "settle", {} if used is None else {"used": used})

    async def async_post_call_failure_hook(
        self, request_data, original_exception, user_api_key_dict, traceback_str=None
    ):
        """The call has failed for good. Each attempt that fails before it is tried again is none of ours."""
        reservation = self.forget(request_data.get("litellm_call_id"))
        if reservation is not None:
            await self.finish(reservation, "release", {})

    def asked(self, key, data):
        team = name_of(key, "team_alias", "team_id") or self.default_team
        if not team:
            raise HTTPException(status_code=400, detail="The key belongs to no team, so no quota can count it.")
        subject = {
            "team": team,
            "project": name_of(key, "project_alias", "project_id"),
            "apiKey": name_of(key, "key_alias"),
            "user": name_of(key, "user_id", "end_user_id"),
            "tags": self.tags,
        }
        most = [data[name] for name in MOST_TOKENS if isinstance(data.get(name), int)]
        estimate = {"promptCharacters": min(sum(characters(data.get(name)) for name in PROMPTS), TOKENS_MAX)}
        if most:
            estimate["maxOutputTokens"] = min(max(0, *most), TOKENS_MAX)
        return {"subject": subject, "model": data.get("model"), "estimate": estimate}

    def remember(self, call_id, reservation):
        self.held.setdefault(call_id, []).append(reservation)
        if len(self.held) > CALLS_MAX:
            self.held.popitem(last=False)

    def forget(self, call_id):
        reservations = self.held.get(call_id)
        if not reservations:
            return None
        reservation = reservations.pop()
        if not reservations:
            del self.held[call_id]
        return reservation

    async def finish(self, reservation, how, body):
        """The call is over, so what goes wrong here is nobody's to hear of; the reservation ends by itself in time."""
        path = f"/v1/quota/reservations/{reservation}/{how}"
        for attempt in range(FINISH_ATTEMPTS):
            try:
                status, answer, _ = await self.post(path, body)
                if status >= 400:
                    log.error("Apportion refused to %s %s: %s", how, reservation, answer.get("detail"))
                return
            except Unanswered as error:
                log.warning("Apportion did not %s %s: %s", how, reservation, error)
            if attempt < FINISH_ATTEMPTS - 1:
                await asyncio.sleep(FINISH_PAUSE_SECONDS)

    async def post(self, path, body):
        return await asyncio.to_thread(self.post_now, path, body)

    def post_now(self, path, body):
        headers = {"authorization": f"Bearer {self.key}", "content-type": "application/json"}
        request = urllib.request.Request(self.url + path, json.dumps(body).encode(), headers, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=self.timeout) as response:
                return response.status, json.load(response), {}
        except urllib.error.HTTPError as error:
            with error:
                if error.code >= 500:
                    raise Unanswered(f"it answered {error.code}") from error
                return error.code, problem_of(error), retry_of(error)
        except (OSError, ValueError) as error:
            raise Unanswered(str(error)) from error


def problem_of(error):
    try:
        problem = json.load(error)
        return problem if isinstance(problem, dict) else {}
    except (OSError, ValueError):
        return {}


def retry_of(error):
    after = error.headers.get("retry-after")
    return {} if after is None else {"retry-after": after}


def name_of(key, *names):
    """The first of the key's names that is set, cut to what is taken."""
    found = (str(getattr(key, name, None) or "").strip()[:NAME_MAX].strip() for name in names)
    return next((name for name in found if name), None)


def characters(part):
    """Of the text in a prompt; an image or a sound within it is none."""
    if isinstance(part, str):
        return 0 if part.startswith("data:") else len(part)
    if isinstance(part, dict):
        return sum(characters(value) for value in part.values())
    if isinstance(part, (list, tuple)):
        return sum(characters(value) for value in part)
    return 0


def used_tokens(response):
    """What the provider says was used, or None: then the estimate stands."""
    usage = member(response, "usage")
    if usage is None:
        return None
    details = member(usage, "prompt_tokens_details")
    return {
        "inputTokens": tokens(usage, "prompt_tokens", "input_tokens"),
        "cachedTokens": tokens(details, "cached_tokens"),
        "outputTokens": tokens(usage, "completion_tokens", "output_tokens"),
    }


def tokens(of, *names):
    counts = (member(of, name) for name in names)
    return next((min(max(0, count), TOKENS_MAX) for count in counts if isinstance(count, int)), 0)


def member(of, name):
    return of.get(name) if isinstance(of, dict) else getattr(of, name, None)


proxy_handler_instance = ApportionHook()
