import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { BookReference, Context } from '../context';
import type { RentalView } from '../application/views';
export type Maybe<T> = T | null;
export type InputMaybe<T> = T | null;
export type Omit<T, K extends keyof T> = Pick<T, Exclude<keyof T, K>>;
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** An instant, ISO 8601 in UTC. */
  DateTime: { input: string; output: string; }
  _FieldSet: { input: string; output: string; }
};

/** A title of the library, in one or more copies. */
export type Book = {
  /** The id that every subgraph knows it by. */
  id: Scalars['ID']['output'];
  /** The rentals of the title, newest last, 1 to 100 at a time; null, with an error, while Rental cannot answer. For librarians. */
  rentals: Maybe<RentalConnection>;
};


/** A title of the library, in one or more copies. */
export type BookRentalsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
};

/** Somebody with a card of the library. */
export type Member = {
  /** The member's id, as in their token. */
  id: Scalars['ID']['output'];
  /** The member's name, as of the event that named it. */
  name: Scalars['String']['output'];
};

/** What can be done. A field is null, with an error that names it, while the service behind it cannot answer. */
export type Mutation = {
  /** Fetches the copy that was set aside. Answers ACTIVE or a refusal, or REQUESTED when the decision is late. For members. */
  rentBook: Maybe<RentBookPayload>;
  /** Brings a copy back; the next in the queue is served. For its member, or a librarian. */
  returnBook: Maybe<ReturnBookPayload>;
};


/** What can be done. A field is null, with an error that names it, while the service behind it cannot answer. */
export type MutationRentBookArgs = {
  input: RentBookInput;
};


/** What can be done. A field is null, with an error that names it, while the service behind it cannot answer. */
export type MutationReturnBookArgs = {
  input: ReturnBookInput;
};

/** Where a page of a list begins and ends. */
export type PageInfo = {
  /** The cursor of the last edge: pass it as `after` for the next page. Null on an empty page. */
  endCursor: Maybe<Scalars['String']['output']>;
  /** Whether the list has more after this page. */
  hasNextPage: Scalars['Boolean']['output'];
  /** Whether the list has more before this page. */
  hasPreviousPage: Scalars['Boolean']['output'];
  /** The cursor of the first edge: pass it as `before` for the page before. Null on an empty page. */
  startCursor: Maybe<Scalars['String']['output']>;
};

/** What can be asked. A field is null, with an error that names it, while the service behind it cannot answer. */
export type Query = {
  /** One rental by its id, or null when there is none. For its member, or a librarian. */
  rental: Maybe<Rental>;
};


/** What can be asked. A field is null, with an error that names it, while the service behind it cannot answer. */
export type QueryRentalArgs = {
  id: Scalars['ID']['input'];
};

/** Why a command was turned down. It is data, not an error: nothing went wrong, the rules of the house say no. */
export type Refusal = {
  /** What to branch on. */
  code: RefusalCode;
  /** What to show to a reader. */
  message: Scalars['String']['output'];
  /** The rule that the refusal rests on. */
  rule: Scalars['String']['output'];
};

/** Every reason there is to turn a command down. */
export type RefusalCode =
  /** The member already has this title at home, or just asked for it. */
  | 'ALREADY_RENTED'
  /** The member already waits for, or holds, this title. */
  | 'ALREADY_RESERVED'
  /** The rental is not out: it came back already, never began, or is not decided yet. */
  | 'ALREADY_RETURNED'
  /** No book has this id. */
  | 'BOOK_NOT_FOUND'
  /** The copy is held for a reader or on loan. */
  | 'COPY_IN_USE'
  /** The book has no such copy. */
  | 'COPY_NOT_FOUND'
  /** The member may not reserve or rent for now; the message says until when. */
  | 'MEMBER_BLOCKED'
  /** The reservation is closed already. */
  | 'NOT_CANCELLABLE'
  /** A rent without a reservation. */
  | 'NOT_RESERVED'
  /** The reservation cannot be suspended as it stands. */
  | 'NOT_SUSPENDABLE'
  /** The reservation is not suspended. */
  | 'NOT_SUSPENDED'
  /** There is a reservation, but no copy is set aside for it yet. */
  | 'NOT_YOUR_TURN'
  /** The library has no copy of the title any more. */
  | 'NO_COPIES'
  /** A renewal while somebody waits for the title. */
  | 'OTHERS_WAITING'
  /** The copy was set aside and not fetched in time. */
  | 'PICKUP_EXPIRED'
  /** The rental was renewed as often as the policy allows. */
  | 'RENEWAL_LIMIT'
  /** The member has as many rentals as the policy allows. */
  | 'RENTAL_LIMIT'
  /** No rental has this id. */
  | 'RENTAL_NOT_FOUND'
  /** A renewal of a rental that is overdue. */
  | 'RENTAL_OVERDUE'
  /** The request to rent was not answered in time. */
  | 'REQUEST_TIMED_OUT'
  /** The member has as many reservations as the policy allows. */
  | 'RESERVATION_LIMIT'
  /** No reservation has this id. */
  | 'RESERVATION_NOT_FOUND';

/** Which title to rent. */
export type RentBookInput = {
  /** The title. */
  bookId: Scalars['ID']['input'];
  /** Optional, up to 64 characters: the same key from the same member gives the same payload for 24 hours. */
  idempotencyKey?: InputMaybe<Scalars['ID']['input']>;
};

/** What became of the command: exactly one of `rental` and `refusal` is set. */
export type RentBookPayload = {
  /** Send it back as the header x-consistency-token, and what you read next includes this change. */
  consistencyToken: Scalars['String']['output'];
  /** Why not, when it was turned down. */
  refusal: Maybe<Refusal>;
  /** The rental: ACTIVE, or REQUESTED when the decision is late. */
  rental: Maybe<Rental>;
};

/** One loan of one copy to one member, from asking to bringing it back. */
export type Rental = {
  /** The title; null, with an error, while Book cannot answer for the fields that are its own. */
  book: Maybe<Book>;
  /** When the copy is due; set once the rental began. */
  dueAt: Maybe<Scalars['DateTime']['output']>;
  /** The id that every subgraph knows it by. */
  id: Scalars['ID']['output'];
  /** Who rents it. */
  member: Member;
  /** Why it may not begin; set when REJECTED. */
  rejection: Maybe<Refusal>;
  /** How often it was renewed. */
  renewals: Scalars['Int']['output'];
  /** When the member asked for it. */
  rentedAt: Scalars['DateTime']['output'];
  /** The reservation it came from, once decided; null, with an error, while Reserve cannot answer for the fields that are its own. */
  reservation: Maybe<Reservation>;
  /** When the copy came back. */
  returnedAt: Maybe<Scalars['DateTime']['output']>;
  /** Where the rental stands. */
  status: RentalStatus;
  /** The same in the library's words: Start Rental, On Rental, Return Complete. */
  statusText: Scalars['String']['output'];
};

/** A page of rentals. */
export type RentalConnection = {
  /** The page, in order. */
  edges: Array<RentalEdge>;
  /** Where the page begins and ends. */
  pageInfo: PageInfo;
};

/** One of rentals in a page. */
export type RentalEdge = {
  /** Its place in the list: pass it as `after` or `before` to page from here. */
  cursor: Scalars['String']['output'];
  /** The thing itself. */
  node: Rental;
};

/** Where a rental stands. */
export type RentalStatus =
  /** The copy is with the member. */
  | 'ACTIVE'
  /** The copy is lost. */
  | 'LOST'
  /** The copy is with the member, past its due date. */
  | 'OVERDUE'
  /** It may not begin. */
  | 'REJECTED'
  /** Asked for, and not decided yet. */
  | 'REQUESTED'
  /** The copy came back. */
  | 'RETURNED';

/** A member's place in the queue of a title, and the copy set aside once it is their turn. */
export type Reservation = {
  /** The id that every subgraph knows it by. */
  id: Scalars['ID']['output'];
};

/** Which rental to end. */
export type ReturnBookInput = {
  /** Optional, up to 64 characters: the same key from the same member gives the same payload for 24 hours. */
  idempotencyKey?: InputMaybe<Scalars['ID']['input']>;
  /** The rental. */
  rentalId: Scalars['ID']['input'];
};

/** What became of the command: exactly one of `rental` and `refusal` is set. */
export type ReturnBookPayload = {
  /** Send it back as the header x-consistency-token, and what you read next includes this change. */
  consistencyToken: Scalars['String']['output'];
  /** Why not, when it was turned down. */
  refusal: Maybe<Refusal>;
  /** The rental, RETURNED. */
  rental: Maybe<Rental>;
};

/** Callers that a rule admits. */
export type Allow__To =
  /** Any caller, with or without a token. */
  | 'ANYONE'
  /** Callers with the role librarian. */
  | 'LIBRARIAN'
  /** Callers with the role member. */
  | 'MEMBER'
  /** The member to whom it belongs. */
  | 'OWNER';



export type ResolverTypeWrapper<T> = Promise<T> | T;

export type ReferenceResolver<TResult, TReference, TContext> = (
      reference: TReference,
      context: TContext,
      info: GraphQLResolveInfo
    ) => Promise<TResult> | TResult;

      type ScalarCheck<T, S> = S extends true ? T : NullableCheck<T, S>;
      type NullableCheck<T, S> = Maybe<T> extends T ? Maybe<ListCheck<NonNullable<T>, S>> : ListCheck<T, S>;
      type ListCheck<T, S> = T extends (infer U)[] ? NullableCheck<U, S>[] : GraphQLRecursivePick<T, S>;
      export type GraphQLRecursivePick<T, S> = { [K in keyof T & keyof S]: ScalarCheck<T[K], S[K]> };
    

export type ResolverWithResolve<TResult, TParent, TContext, TArgs> = {
  resolve: ResolverFn<TResult, TParent, TContext, TArgs>;
};
export type Resolver<TResult, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = ResolverFn<TResult, TParent, TContext, TArgs> | ResolverWithResolve<TResult, TParent, TContext, TArgs>;

export type ResolverFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => Promise<TResult> | TResult;

export type SubscriptionSubscribeFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => AsyncIterable<TResult> | Promise<AsyncIterable<TResult>>;

export type SubscriptionResolveFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

export interface SubscriptionSubscriberObject<TResult, TKey extends string, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<{ [key in TKey]: TResult }, TParent, TContext, TArgs>;
  resolve?: SubscriptionResolveFn<TResult, { [key in TKey]: TResult }, TContext, TArgs>;
}

export interface SubscriptionResolverObject<TResult, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<any, TParent, TContext, TArgs>;
  resolve: SubscriptionResolveFn<TResult, any, TContext, TArgs>;
}

export type SubscriptionObject<TResult, TKey extends string, TParent, TContext, TArgs> =
  | SubscriptionSubscriberObject<TResult, TKey, TParent, TContext, TArgs>
  | SubscriptionResolverObject<TResult, TParent, TContext, TArgs>;

export type SubscriptionResolver<TResult, TKey extends string, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> =
  | ((...args: any[]) => SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>)
  | SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>;

export type TypeResolveFn<TTypes, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (
  parent: TParent,
  context: TContext,
  info: GraphQLResolveInfo
) => Maybe<TTypes> | Promise<Maybe<TTypes>>;

export type IsTypeOfResolverFn<T = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (obj: T, context: TContext, info: GraphQLResolveInfo) => boolean | Promise<boolean>;

export type NextResolverFn<T> = () => Promise<T>;

export type DirectiveResolverFn<TResult = Record<PropertyKey, never>, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = (
  next: NextResolverFn<TResult>,
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

/** Mapping of federation types */
export type FederationTypes = {
  Book: Book;
  Rental: Rental;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  Book:
    ( { __typename: 'Book' }
    & GraphQLRecursivePick<FederationTypes['Book'], {"id":true}> );
  Rental:
    ( { __typename: 'Rental' }
    & GraphQLRecursivePick<FederationTypes['Rental'], {"id":true}> );
};



/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  Book: ResolverTypeWrapper<BookReference>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  Member: ResolverTypeWrapper<Member>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Refusal: ResolverTypeWrapper<Refusal>;
  RefusalCode: RefusalCode;
  RentBookInput: RentBookInput;
  RentBookPayload: ResolverTypeWrapper<Omit<RentBookPayload, 'rental'> & { rental?: Maybe<ResolversTypes['Rental']> }>;
  Rental: ResolverTypeWrapper<RentalView>;
  RentalConnection: ResolverTypeWrapper<Omit<RentalConnection, 'edges'> & { edges: Array<ResolversTypes['RentalEdge']> }>;
  RentalEdge: ResolverTypeWrapper<Omit<RentalEdge, 'node'> & { node: ResolversTypes['Rental'] }>;
  RentalStatus: RentalStatus;
  Reservation: ResolverTypeWrapper<Reservation>;
  ReturnBookInput: ReturnBookInput;
  ReturnBookPayload: ResolverTypeWrapper<Omit<ReturnBookPayload, 'rental'> & { rental?: Maybe<ResolversTypes['Rental']> }>;
  allow__To: Allow__To;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  Book: BookReference;
  ID: Scalars['ID']['output'];
  Int: Scalars['Int']['output'];
  DateTime: Scalars['DateTime']['output'];
  Member: Member;
  Mutation: Record<PropertyKey, never>;
  PageInfo: PageInfo;
  Boolean: Scalars['Boolean']['output'];
  Query: Record<PropertyKey, never>;
  Refusal: Refusal;
  RentBookInput: RentBookInput;
  RentBookPayload: Omit<RentBookPayload, 'rental'> & { rental?: Maybe<ResolversParentTypes['Rental']> };
  Rental: RentalView;
  RentalConnection: Omit<RentalConnection, 'edges'> & { edges: Array<ResolversParentTypes['RentalEdge']> };
  RentalEdge: Omit<RentalEdge, 'node'> & { node: ResolversParentTypes['Rental'] };
  Reservation: Reservation;
  ReturnBookInput: ReturnBookInput;
  ReturnBookPayload: Omit<ReturnBookPayload, 'rental'> & { rental?: Maybe<ResolversParentTypes['Rental']> };
  String: Scalars['String']['output'];
};

export type AllowDirectiveArgs = {
  owner?: Maybe<Scalars['String']['input']>;
  to: Array<Allow__To>;
};

export type AllowDirectiveResolver<Result, Parent, ContextType = Context, Args = AllowDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type BookResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Book'] = ResolversParentTypes['Book'], FederationReferenceType extends FederationReferenceTypes['Book'] = FederationReferenceTypes['Book']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Book']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  rentals?: Resolver<Maybe<ResolversTypes['RentalConnection']>, ParentType, ContextType, Partial<BookRentalsArgs>>;
};

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type MemberResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Member'] = ResolversParentTypes['Member']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type MutationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  rentBook?: Resolver<Maybe<ResolversTypes['RentBookPayload']>, ParentType, ContextType, RequireFields<MutationRentBookArgs, 'input'>>;
  returnBook?: Resolver<Maybe<ResolversTypes['ReturnBookPayload']>, ParentType, ContextType, RequireFields<MutationReturnBookArgs, 'input'>>;
};

export type PageInfoResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type QueryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  rental?: Resolver<Maybe<ResolversTypes['Rental']>, ParentType, ContextType, RequireFields<QueryRentalArgs, 'id'>>;
};

export type RefusalResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Refusal'] = ResolversParentTypes['Refusal']> = {
  code?: Resolver<ResolversTypes['RefusalCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  rule?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type RentBookPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RentBookPayload'] = ResolversParentTypes['RentBookPayload']> = {
  consistencyToken?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  refusal?: Resolver<Maybe<ResolversTypes['Refusal']>, ParentType, ContextType>;
  rental?: Resolver<Maybe<ResolversTypes['Rental']>, ParentType, ContextType>;
};

export type RentalResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Rental'] = ResolversParentTypes['Rental'], FederationReferenceType extends FederationReferenceTypes['Rental'] = FederationReferenceTypes['Rental']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Rental']> | FederationReferenceType, FederationReferenceType, ContextType>;
  book?: Resolver<Maybe<ResolversTypes['Book']>, ParentType, ContextType>;
  dueAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  member?: Resolver<ResolversTypes['Member'], ParentType, ContextType>;
  rejection?: Resolver<Maybe<ResolversTypes['Refusal']>, ParentType, ContextType>;
  renewals?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  rentedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  reservation?: Resolver<Maybe<ResolversTypes['Reservation']>, ParentType, ContextType>;
  returnedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  status?: Resolver<ResolversTypes['RentalStatus'], ParentType, ContextType>;
  statusText?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type RentalConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RentalConnection'] = ResolversParentTypes['RentalConnection']> = {
  edges?: Resolver<Array<ResolversTypes['RentalEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type RentalEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RentalEdge'] = ResolversParentTypes['RentalEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Rental'], ParentType, ContextType>;
};

export type ReservationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Reservation'] = ResolversParentTypes['Reservation']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type ReturnBookPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ReturnBookPayload'] = ResolversParentTypes['ReturnBookPayload']> = {
  consistencyToken?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  refusal?: Resolver<Maybe<ResolversTypes['Refusal']>, ParentType, ContextType>;
  rental?: Resolver<Maybe<ResolversTypes['Rental']>, ParentType, ContextType>;
};

export type Resolvers<ContextType = Context> = {
  Book?: BookResolvers<ContextType>;
  DateTime?: GraphQLScalarType;
  Member?: MemberResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  Refusal?: RefusalResolvers<ContextType>;
  RentBookPayload?: RentBookPayloadResolvers<ContextType>;
  Rental?: RentalResolvers<ContextType>;
  RentalConnection?: RentalConnectionResolvers<ContextType>;
  RentalEdge?: RentalEdgeResolvers<ContextType>;
  Reservation?: ReservationResolvers<ContextType>;
  ReturnBookPayload?: ReturnBookPayloadResolvers<ContextType>;
};

export type DirectiveResolvers<ContextType = Context> = {
  allow?: AllowDirectiveResolver<any, any, ContextType>;
};
