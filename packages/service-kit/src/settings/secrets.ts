const FEWEST_CHARACTERS = 32;
/** Random bytes have more distinct characters than this in any usual notation. */
const FEWEST_DISTINCT = 8;
const PLACEHOLDERS = /example|change.?me|development|placeholder|password|secret/i;

/** A secret cannot be used. The message is the rest of a sentence about it: the fault and the remedy. */
export class UnfitSecret extends Error {
  override readonly name = 'UnfitSecret';
}

/**
 * The secrets of a text, one a line: the first is used, all are accepted, so that a secret can be rotated. `strict` refuses
 * weak ones and such as stand in examples. Throws {@link UnfitSecret}.
 */
export function secretsFrom(text: string, strict: boolean): readonly string[] {
  const secrets = text.split(/\r?\n/).filter((line) => line !== '');
  if (secrets.length === 0) throw new UnfitSecret('is empty; put the secret into it');
  for (const secret of secrets) {
    const fault = secret.length < FEWEST_CHARACTERS ? 'needs at least 32 characters' : strict && weakness(secret);
    if (fault) throw new UnfitSecret(`${fault}; make one with openssl rand -base64 32`);
  }
  return secrets;
}

function weakness(secret: string): string | undefined {
  if (new Set(secret).size < FEWEST_DISTINCT) return 'is weak: it repeats few characters, which production refuses';
  const [word] = PLACEHOLDERS.exec(secret) ?? [];
  return word && `contains "${word}" like a development secret or one of an example, which production refuses`;
}
