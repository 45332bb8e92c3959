import { anonymous } from '@rentalbook/test-kit';
import { buildClientSchema, getIntrospectionQuery, printSchema, type IntrospectionQuery } from 'graphql';

/** What the router answers to the introspection query of GraphQL's reference implementation, with every option on. */
export async function introspect(system: { readonly url: string }): Promise<IntrospectionQuery> {
  const query = getIntrospectionQuery({
    specifiedByUrl: true,
    directiveIsRepeatable: true,
    schemaDescription: true,
    inputValueDeprecation: true,
    oneOf: true,
  });
  return anonymous(system).data<IntrospectionQuery>(query);
}

/** The router's schema in SDL, as a client builds it from introspection. */
export const introspectedSdl = async (system: { readonly url: string }): Promise<string> =>
  printSchema(buildClientSchema(await introspect(system)));
