import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { EXT_AUTHZ_KEY_HEADER, extAuthzHeaders } from '#contract';

const DOCUMENT = join(__dirname, '../../docs/integrations.md');

interface Filter {
  readonly name: string;
  readonly typed_config: Readonly<Record<string, unknown>>;
}

function exampleOf(key: string): Record<string, unknown> {
  const blocks = [...readFileSync(DOCUMENT, 'utf8').matchAll(/^```yaml\n(.*?)^```/gms)].map(([, text = '']) => text);
  const examples = blocks.map((text) => parse(text, { strict: true }) as Record<string, unknown>);
  const found = examples.find((example) => key in example);
  if (!found) throw new Error(`no example has ${key}`);
  return found;
}

describe("Envoy's filters in docs/integrations.md", () => {
  const filters = exampleOf('http_filters').http_filters as readonly Filter[];
  const configOf = (name: string) => {
    const found = filters.find((filter) => filter.name === `envoy.filters.http.${name}`);
    if (!found) throw new Error(`no filter ${name}`);
    return found.typed_config;
  };

  it('are in the order in which each sees what the one before it made', () => {
    expect(filters.map(({ name }) => name.replace('envoy.filters.http.', ''))).toEqual([
      'header_mutation',
      'jwt_authn',
      'ext_authz',
      'router',
    ]);
    for (const { typed_config } of filters) expect(typed_config['@type']).toMatch(/^type\.googleapis\.com\/envoy\./);
  });

  it('take from the client every header that we read or give', () => {
    const { mutations } = configOf('header_mutation') as {
      mutations: { request_mutations: readonly { remove?: string }[] };
    };
    const removed = mutations.request_mutations.flatMap(({ remove }) => remove ?? []);
    const ours = [EXT_AUTHZ_KEY_HEADER, ...Object.keys(extAuthzHeaders.shape)];
    const given = ['x-apportion-reservation-id', 'x-apportion-priority', 'x-apportion-uncounted'];
    expect([...removed].sort()).toEqual([...ours, ...given].sort());
  });

  it('ask us, and let nothing pass that we did not admit', () => {
    expect(configOf('ext_authz')).toMatchObject({
      failure_mode_allow: false,
      with_request_body: { allow_partial_message: false },
      allowed_headers: { patterns: [{ prefix: 'x-apportion-' }] },
      http_service: {
        path_prefix: '/v1/quota/ext-authz',
        authorization_request: { headers_to_add: [{ key: EXT_AUTHZ_KEY_HEADER }] },
        authorization_response: { allowed_upstream_headers: { patterns: [{ prefix: 'x-apportion-' }] } },
      },
    });
  });

  it('name no header that we do not read', () => {
    const named = readFileSync(DOCUMENT, 'utf8').matchAll(/header_name: (x-apportion-[a-z-]+)/g);
    for (const [, header = ''] of named) expect(Object.keys(extAuthzHeaders.shape)).toContain(header);
  });
});

describe("LiteLLM's settings in docs/integrations.md", () => {
  it('name the hook that is there', () => {
    const { callbacks } = exampleOf('litellm_settings').litellm_settings as { callbacks: string };
    const [module = '', instance = ''] = callbacks.split('.');
    const hook = readFileSync(join(__dirname, `../../integrations/litellm/${module}.py`), 'utf8');
    expect(hook).toContain(`\n${instance} = `);
    for (const [, variable = ''] of hook.matchAll(/environ(?:\.get\(|\[)"(\w+)"/g))
      expect(readFileSync(DOCUMENT, 'utf8')).toContain(`\`${variable}\``);
  });
});
