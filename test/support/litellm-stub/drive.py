"""Calls the hook as LiteLLM's proxy does, one list of steps from standard input, and prints what became of each."""

import asyncio
import json
import sys
from types import SimpleNamespace

from apportion_hook import proxy_handler_instance as hook
from fastapi import HTTPException


async def step(told):
    key = SimpleNamespace(**told.get("key", {}))
    call_id = told["call"]
    if told["do"] == "succeed":
        response = SimpleNamespace(usage=told.get("usage"))
        return await hook.async_log_success_event({"litellm_call_id": call_id}, response, None, None)
    data = {"litellm_call_id": call_id, **told.get("data", {})}
    if told["do"] == "fail":
        return await hook.async_post_call_failure_hook(
            request_data=data, original_exception=ValueError(), user_api_key_dict=key, traceback_str=None
        )
    try:
        await hook.async_pre_call_hook(user_api_key_dict=key, cache=None, data=data, call_type="completion")
        return {"passed": True}
    except HTTPException as refused:
        return {"status": refused.status_code, "detail": refused.detail, "headers": refused.headers}


async def main():
    done = []
    for together in json.load(sys.stdin):
        done.append(await asyncio.gather(*(step(told) for told in together)))
    print(json.dumps({"done": done, "held": sum(map(len, hook.held.values()))}))


asyncio.run(main())
