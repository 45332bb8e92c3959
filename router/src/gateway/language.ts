import { DEFAULT_LANGUAGE, LANGUAGE_HEADER, languages, type Language } from '@rentalbook/sentences';
import type { FastifyReply, FastifyRequest } from 'fastify';
import Negotiator from 'negotiator';

/** Characters of the header; no browser sends as many, and a longer one is not read. */
const HEADER_LIMIT = 1_000;

/** The language that an Accept-Language header prefers among those with a catalogue; the default where it names none of them. */
export function preferredLanguage(header: string | undefined): Language {
  if (header === undefined || header.length > HEADER_LIMIT) return DEFAULT_LANGUAGE;
  const preferred = new Negotiator({ headers: { [LANGUAGE_HEADER]: header } }).language([...languages]);
  return languages.find((language) => language === preferred) ?? DEFAULT_LANGUAGE;
}

/** The language of an answer, which its headers name, so that a cache keeps the answers of each language apart. */
export function answerLanguage(request: FastifyRequest, reply: FastifyReply): Language {
  const language = preferredLanguage(request.headers[LANGUAGE_HEADER]);
  const varies = reply.getHeader('vary');
  void reply
    .header('vary', varies === undefined ? 'Accept-Language' : `${String(varies)}, Accept-Language`)
    .header('content-language', language);
  return language;
}
