import { DiagnosticError } from '../../diagnostics/diagnostic.ts';

export type Env = Readonly<Record<string, string | undefined>>;

/** A server's root without credentials, and what to send as `Authorization`. */
export interface Address {
  readonly base: URL;
  readonly authorization?: string;
}

/**
 * Reads a tracking URI. Credentials come from the URI itself, else from MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, else
 * from MLFLOW_TRACKING_TOKEN, in MLflow's order. Throws a DiagnosticError on a URI that is not http or https.
 */
export function parseAddress(uri: string, env: Env): Address {
  const base = URL.canParse(uri) ? new URL(uri) : undefined;
  if (base === undefined || !/^https?:$/.test(base.protocol)) {
    const message = `the tracking URI is not a server's: expected http://HOST:PORT or https://…, received "${uri}"`;
    throw new DiagnosticError([{ code: 'tracking/uri', severity: 'error', message }]);
  }
  const authorization = authorizationOf(base, env);
  base.username = '';
  base.password = '';
  base.search = '';
  base.hash = '';
  base.pathname = base.pathname.replace(/\/+$/, '');
  return Object.freeze({ base, ...(authorization === undefined ? {} : { authorization }) });
}

function authorizationOf(base: URL, env: Env): string | undefined {
  const basic = (user: string, password: string): string => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  if (base.username !== '') return basic(decodeURIComponent(base.username), decodeURIComponent(base.password));
  const { MLFLOW_TRACKING_USERNAME: user, MLFLOW_TRACKING_PASSWORD: password, MLFLOW_TRACKING_TOKEN: token } = env;
  if (user && password) return basic(user, password);
  return token ? `Bearer ${token}` : undefined;
}
