export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: {
    readonly data?: Record<string, unknown> | null;
    readonly errors?: {
      message: string;
      path?: unknown[];
      locations?: unknown;
      extensions?: Record<string, unknown>;
    }[];
    readonly extensions?: unknown;
  };
}

/** Sends requests to a router, and reads its answers whatever they are. */
export interface Asker {
  /** A body that is a text is sent as it is. */
  post(body: unknown, headers?: Record<string, string>): Promise<Answer>;
  fetch(path: string, init?: RequestInit): Promise<Answer>;
}

/** Asks the router at this origin. */
export function askerAt(origin: string): Asker {
  const call: Asker['fetch'] = async (path, init = {}) => {
    const response = await fetch(origin + path, init);
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: parsed(text) };
  };
  return {
    post: (body, headers = {}) =>
      call('/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    fetch: call,
  };
}

function parsed(text: string): Answer['body'] {
  try {
    return JSON.parse(text) as Answer['body'];
  } catch {
    return {};
  }
}
