import { UsageError } from '@rentalbook/cli';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Certificate {
  readonly certificate: string;
  readonly privateKey: string;
}

/** A certificate of a host that is its own authority; openssl makes it, since Node cannot. */
export function certificateOf(host: string, days = 2): Certificate {
  const folder = mkdtempSync(join(tmpdir(), 'rentalbook-certificate-'));
  const [certificate, privateKey] = [join(folder, 'tls.crt'), join(folder, 'tls.key')];
  try {
    execFileSync(
      'openssl',
      [
        ...[
          'req',
          '-x509',
          '-newkey',
          'ec',
          '-pkeyopt',
          'ec_paramgen_curve:prime256v1',
          '-nodes',
          '-days',
          String(days),
        ],
        ...['-subj', `/CN=${host}`, '-addext', `subjectAltName=DNS:${host}`],
        ...['-out', certificate, '-keyout', privateKey],
      ],
      { stdio: 'ignore' },
    );
    return { certificate: readFileSync(certificate, 'utf8'), privateKey: readFileSync(privateKey, 'utf8') };
  } catch (error) {
    throw new UsageError('openssl could not make a certificate; install it.', { cause: error });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
