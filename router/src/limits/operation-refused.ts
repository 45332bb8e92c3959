import { GraphQLError } from 'graphql';

/** Refuses an operation as a whole, before anything of it is carried out. */
export const operationRefused = (code: string, message: string): GraphQLError =>
  new GraphQLError(message, { extensions: { code, http: { status: 400 } } });
