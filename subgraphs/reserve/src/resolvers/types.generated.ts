import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { BookReference, Context } from '../context';
import type { ReservationView } from '../application/views';
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
  /** How many people wait for a copy; null, with an error, while Reserve cannot answer. */
  queueLength: Maybe<Scalars['Int']['output']>;
  /** The reservations of the title, newest last, 1 to 100 at a time; null, with an error, while Reserve cannot answer. For librarians. */
  reservations: Maybe<ReservationConnection>;
};


/** A title of the library, in one or more copies. */
export type BookReservationsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
};

/** Which reservation to give up. */
export type CancelReservationInput = {
  /** Optional, up to 64 characters: the same key from the same member gives the same payload for 24 hours. */
  idempotencyKey?: InputMaybe<Scalars['ID']['input']>;
  /** Up to 500 characters. */
  reason?: InputMaybe<Scalars['String']['input']>;
  /** The reservation. */
  reservationId: Scalars['ID']['input'];
};

/** What became of the command: exactly one of `reservation` and `refusal` is set. */
export type CancelReservationPayload = {
  /** Send it back as the header x-consistency-token, and what you read next includes this change. */
  consistencyToken: Scalars['String']['output'];
  /** Why not, when it was turned down. */
  refusal: Maybe<Refusal>;
  /** The reservation, closed. */
  reservation: Maybe<Reservation>;
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
  /** Gives a reservation up; its copy goes to the next in the queue. For its member, or a librarian. */
  cancelReservation: Maybe<CancelReservationPayload>;
  /** Joins the queue of a title; a free copy is set aside at once. For members. */
  reserveBook: Maybe<ReserveBookPayload>;
};


/** What can be done. A field is null, with an error that names it, while the service behind it cannot answer. */
export type MutationCancelReservationArgs = {
  input: CancelReservationInput;
};


/** What can be done. A field is null, with an error that names it, while the service behind it cannot answer. */
export type MutationReserveBookArgs = {
  input: ReserveBookInput;
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
  /** One reservation by its id, or null when there is none. For its member, or a librarian. */
  reservation: Maybe<Reservation>;
};


/** What can be asked. A field is null, with an error that names it, while the service behind it cannot answer. */
export type QueryReservationArgs = {
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

/** A member's place in the queue of a title, and the copy set aside once it is their turn. */
export type Reservation = {
  /** The title; null, with an error, while Book cannot answer for the fields that are its own. */
  book: Maybe<Book>;
  /** When the member joined the queue. */
  createdAt: Scalars['DateTime']['output'];
  /** When a copy may be free, from the due dates of those that are out; null when it cannot be known. */
  estimatedReadyAt: Maybe<Scalars['DateTime']['output']>;
  /** The id that every subgraph knows it by. */
  id: Scalars['ID']['output'];
  /** Who reserved it. */
  member: Member;
  /** Until when the copy is set aside; set while READY. */
  pickupBy: Maybe<Scalars['DateTime']['output']>;
  /** The place among those who wait, 1 is next; null once ready or closed. */
  position: Maybe<Scalars['Int']['output']>;
  /** Why it was cancelled or expired. */
  reason: Maybe<Scalars['String']['output']>;
  /** Where the reservation stands. */
  status: ReservationStatus;
  /** The same in the library's words: Booking, or Process in {word} when a word is configured. */
  statusText: Scalars['String']['output'];
  /** When it last changed. */
  updatedAt: Scalars['DateTime']['output'];
};

/** A page of reservations. */
export type ReservationConnection = {
  /** The page, in order. */
  edges: Array<ReservationEdge>;
  /** Where the page begins and ends. */
  pageInfo: PageInfo;
};

/** One of reservations in a page. */
export type ReservationEdge = {
  /** Its place in the list: pass it as `after` or `before` to page from here. */
  cursor: Scalars['String']['output'];
  /** The thing itself. */
  node: Reservation;
};

/** Where a reservation stands. */
export type ReservationStatus =
  /** Given up, or ended because the library has no copy of the title any more; `reason` says which. */
  | 'CANCELLED'
  /** Not fetched in time. */
  | 'EXPIRED'
  /** The copy was fetched. */
  | 'FULFILLED'
  /** A copy is set aside. */
  | 'READY'
  /** In the queue, passed over for now. */
  | 'SUSPENDED'
  /** In the queue. */
  | 'WAITING';

/** Which title to reserve. */
export type ReserveBookInput = {
  /** The title. */
  bookId: Scalars['ID']['input'];
  /** Optional, up to 64 characters: the same key from the same member gives the same payload for 24 hours. */
  idempotencyKey?: InputMaybe<Scalars['ID']['input']>;
};

/** What became of the command: exactly one of `reservation` and `refusal` is set. */
export type ReserveBookPayload = {
  /** Send it back as the header x-consistency-token, and what you read next includes this change. */
  consistencyToken: Scalars['String']['output'];
  /** Why not, when it was turned down. */
  refusal: Maybe<Refusal>;
  /** The new reservation. */
  reservation: Maybe<Reservation>;
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
  Reservation: Reservation;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  Book:
    ( { __typename: 'Book' }
    & GraphQLRecursivePick<FederationTypes['Book'], {"id":true}> );
  Reservation:
    ( { __typename: 'Reservation' }
    & GraphQLRecursivePick<FederationTypes['Reservation'], {"id":true}> );
};



/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  Book: ResolverTypeWrapper<BookReference>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  CancelReservationInput: CancelReservationInput;
  CancelReservationPayload: ResolverTypeWrapper<Omit<CancelReservationPayload, 'reservation'> & { reservation?: Maybe<ResolversTypes['Reservation']> }>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  Member: ResolverTypeWrapper<Member>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Refusal: ResolverTypeWrapper<Refusal>;
  RefusalCode: RefusalCode;
  Reservation: ResolverTypeWrapper<ReservationView>;
  ReservationConnection: ResolverTypeWrapper<Omit<ReservationConnection, 'edges'> & { edges: Array<ResolversTypes['ReservationEdge']> }>;
  ReservationEdge: ResolverTypeWrapper<Omit<ReservationEdge, 'node'> & { node: ResolversTypes['Reservation'] }>;
  ReservationStatus: ReservationStatus;
  ReserveBookInput: ReserveBookInput;
  ReserveBookPayload: ResolverTypeWrapper<Omit<ReserveBookPayload, 'reservation'> & { reservation?: Maybe<ResolversTypes['Reservation']> }>;
  allow__To: Allow__To;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  Book: BookReference;
  ID: Scalars['ID']['output'];
  Int: Scalars['Int']['output'];
  CancelReservationInput: CancelReservationInput;
  CancelReservationPayload: Omit<CancelReservationPayload, 'reservation'> & { reservation?: Maybe<ResolversParentTypes['Reservation']> };
  DateTime: Scalars['DateTime']['output'];
  Member: Member;
  Mutation: Record<PropertyKey, never>;
  PageInfo: PageInfo;
  Boolean: Scalars['Boolean']['output'];
  Query: Record<PropertyKey, never>;
  Refusal: Refusal;
  Reservation: ReservationView;
  ReservationConnection: Omit<ReservationConnection, 'edges'> & { edges: Array<ResolversParentTypes['ReservationEdge']> };
  ReservationEdge: Omit<ReservationEdge, 'node'> & { node: ResolversParentTypes['Reservation'] };
  ReserveBookInput: ReserveBookInput;
  ReserveBookPayload: Omit<ReserveBookPayload, 'reservation'> & { reservation?: Maybe<ResolversParentTypes['Reservation']> };
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
  queueLength?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  reservations?: Resolver<Maybe<ResolversTypes['ReservationConnection']>, ParentType, ContextType, Partial<BookReservationsArgs>>;
};

export type CancelReservationPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CancelReservationPayload'] = ResolversParentTypes['CancelReservationPayload']> = {
  consistencyToken?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  refusal?: Resolver<Maybe<ResolversTypes['Refusal']>, ParentType, ContextType>;
  reservation?: Resolver<Maybe<ResolversTypes['Reservation']>, ParentType, ContextType>;
};

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type MemberResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Member'] = ResolversParentTypes['Member']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type MutationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  cancelReservation?: Resolver<Maybe<ResolversTypes['CancelReservationPayload']>, ParentType, ContextType, RequireFields<MutationCancelReservationArgs, 'input'>>;
  reserveBook?: Resolver<Maybe<ResolversTypes['ReserveBookPayload']>, ParentType, ContextType, RequireFields<MutationReserveBookArgs, 'input'>>;
};

export type PageInfoResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type QueryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  reservation?: Resolver<Maybe<ResolversTypes['Reservation']>, ParentType, ContextType, RequireFields<QueryReservationArgs, 'id'>>;
};

export type RefusalResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Refusal'] = ResolversParentTypes['Refusal']> = {
  code?: Resolver<ResolversTypes['RefusalCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  rule?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type ReservationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Reservation'] = ResolversParentTypes['Reservation'], FederationReferenceType extends FederationReferenceTypes['Reservation'] = FederationReferenceTypes['Reservation']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Reservation']> | FederationReferenceType, FederationReferenceType, ContextType>;
  book?: Resolver<Maybe<ResolversTypes['Book']>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  estimatedReadyAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  member?: Resolver<ResolversTypes['Member'], ParentType, ContextType>;
  pickupBy?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  position?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  status?: Resolver<ResolversTypes['ReservationStatus'], ParentType, ContextType>;
  statusText?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  updatedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type ReservationConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ReservationConnection'] = ResolversParentTypes['ReservationConnection']> = {
  edges?: Resolver<Array<ResolversTypes['ReservationEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type ReservationEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ReservationEdge'] = ResolversParentTypes['ReservationEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Reservation'], ParentType, ContextType>;
};

export type ReserveBookPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ReserveBookPayload'] = ResolversParentTypes['ReserveBookPayload']> = {
  consistencyToken?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  refusal?: Resolver<Maybe<ResolversTypes['Refusal']>, ParentType, ContextType>;
  reservation?: Resolver<Maybe<ResolversTypes['Reservation']>, ParentType, ContextType>;
};

export type Resolvers<ContextType = Context> = {
  Book?: BookResolvers<ContextType>;
  CancelReservationPayload?: CancelReservationPayloadResolvers<ContextType>;
  DateTime?: GraphQLScalarType;
  Member?: MemberResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  Refusal?: RefusalResolvers<ContextType>;
  Reservation?: ReservationResolvers<ContextType>;
  ReservationConnection?: ReservationConnectionResolvers<ContextType>;
  ReservationEdge?: ReservationEdgeResolvers<ContextType>;
  ReserveBookPayload?: ReserveBookPayloadResolvers<ContextType>;
};

export type DirectiveResolvers<ContextType = Context> = {
  allow?: AllowDirectiveResolver<any, any, ContextType>;
};
