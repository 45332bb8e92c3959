import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { MyPageReference, Context } from '../context';
import type { TrailEntry, MemberEntry } from '../application/views';
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
};

/** An event as a service applied it. */
export type EventApplication = {
  /** When it did so first. */
  at: Scalars['DateTime']['output'];
  /** The service: book, reserve, rental or mypage. */
  service: Scalars['String']['output'];
};

/** A page of an event trail. */
export type EventTrailConnection = {
  /** The page, in order. */
  edges: Array<EventTrailEdge>;
  /** Where the page begins and ends. */
  pageInfo: PageInfo;
};

/** One event in a page of an event trail. */
export type EventTrailEdge = {
  /** Its place in the list: pass it as `after` or `before` to page from here. */
  cursor: Scalars['String']['output'];
  /** The thing itself. */
  node: EventTrailEntry;
};

/** What is known of the way of one event. It names no member, and holds nothing of the event's data. */
export type EventTrailEntry = {
  /** Where it is known to have been applied, oldest first. A service that is missing may have applied it. */
  applied: Array<EventApplication>;
  /** The id of the event that it follows from; null when it follows from a request or a deadline. */
  causationId: Maybe<Scalars['ID']['output']>;
  /** When it was decided, by the clock of the database. */
  decidedAt: Scalars['DateTime']['output'];
  /** The name of the event. */
  event: Scalars['String']['output'];
  /** The id of the event. */
  id: Scalars['ID']['output'];
  /** The key of its stream, the id of the book. */
  key: Scalars['ID']['output'];
  /** When it was first sent to Kafka, by the clock of the service that sent it; null when that is not known. */
  publishedAt: Maybe<Scalars['DateTime']['output']>;
  /** Its number in the stream of its source and key. */
  sequence: Scalars['Int']['output'];
  /** The service that decided it: book, reserve or rental. */
  source: Scalars['String']['output'];
};

/** How far behind the events an answer is. */
export type Freshness = {
  /** Milliseconds since the oldest event was published that is received and not yet applied, or since Kafka last answered; 0 when nothing is outstanding. */
  lagMs: Scalars['Int']['output'];
  /** Whether the answer may lack changes: one that the request's consistency token names, or any while Kafka does not answer. */
  stale: Scalars['Boolean']['output'];
};

/** Somebody with a card of the library. */
export type Member = {
  /** The member's id, as in their token. */
  id: Scalars['ID']['output'];
  /** The member's name, as of the event that named it. */
  name: Scalars['String']['output'];
};

/** The page on which a member follows everything: a read model, fed by events alone. */
export type MyPage = {
  /** Rentals that are out. */
  activeCount: Scalars['Int']['output'];
  /** Until when the member may not reserve or rent; null when they may. */
  blockedUntil: Maybe<Scalars['DateTime']['output']>;
  /** Reservations and rentals, newest first, 1 to 100 at a time. A rejected request to rent without a reservation is listed only when `status` has REJECTED. */
  entries: MyPageEntryConnection;
  /** How far behind the events this page is. */
  freshness: Freshness;
  /** Whose page it is, by name. */
  member: Member;
  /** Whose page it is. */
  memberId: Scalars['ID']['output'];
  /** Rentals past their due date. */
  overdueCount: Scalars['Int']['output'];
  /** Reservations that wait. */
  waitingCount: Scalars['Int']['output'];
};


/** The page on which a member follows everything: a read model, fed by events alone. */
export type MyPageEntriesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  status?: InputMaybe<Array<MyPageStatus>>;
};

/** One reservation and the rental it became. */
export type MyPageEntry = {
  /** The title; null, with an error, while Book cannot answer for the fields that are its own. */
  book: Maybe<Book>;
  /** The title's name as the events told it: it is here even while Book is down. */
  bookTitle: Scalars['String']['output'];
  /** When the copy is due; set while it is out. */
  dueAt: Maybe<Scalars['DateTime']['output']>;
  /** What happened, oldest first; nothing is ever taken away. */
  history: Array<MyPageStep>;
  /** The id of the reservation, or of the rental when there is none. */
  id: Scalars['ID']['output'];
  /** Until when a copy is set aside; set while READY. */
  pickupBy: Maybe<Scalars['DateTime']['output']>;
  /** The place among those who wait, 1 is next; null otherwise. */
  position: Maybe<Scalars['Int']['output']>;
  /** The rental, once there is one; null, with an error, while Rental cannot answer for the fields that are its own. */
  rental: Maybe<Rental>;
  /** The reservation, where there is one; null, with an error, while Reserve cannot answer for the fields that are its own. */
  reservation: Maybe<Reservation>;
  /** Where it stands. */
  status: MyPageStatus;
  /** The same in the library's words. */
  statusText: Scalars['String']['output'];
  /** When it last changed. */
  updatedAt: Scalars['DateTime']['output'];
};

/** A page of entries. */
export type MyPageEntryConnection = {
  /** The page, in order. */
  edges: Array<MyPageEntryEdge>;
  /** Where the page begins and ends. */
  pageInfo: PageInfo;
};

/** One of entries in a page. */
export type MyPageEntryEdge = {
  /** Its place in the list: pass it as `after` or `before` to page from here. */
  cursor: Scalars['String']['output'];
  /** The thing itself. */
  node: MyPageEntry;
};

/** Where an entry of a member's page stands. */
export type MyPageStatus =
  /** In the queue. */
  | 'BOOKING'
  /** The reservation was given up, or ended because the library has no copy of the title any more. */
  | 'CANCELLED'
  /** The copy was not fetched in time. */
  | 'EXPIRED'
  /** The copy is lost. */
  | 'LOST'
  /** The copy is with the member. */
  | 'ON_RENTAL'
  /** The copy is with the member, past its due date. */
  | 'OVERDUE'
  /** A copy is set aside. */
  | 'READY'
  /** The rental may not begin. A request refused on a reservation is a step in the history of that reservation. */
  | 'REJECTED'
  /** The copy came back. */
  | 'RETURN_COMPLETE'
  /** A rental was asked for. */
  | 'START_RENTAL'
  /** In the queue, passed over for now. */
  | 'SUSPENDED';

/** One thing that happened. */
export type MyPageStep = {
  /** When it happened. */
  at: Scalars['DateTime']['output'];
  /** The name of the event. */
  event: Scalars['String']['output'];
  /** What it means for the reader. */
  statusText: Scalars['String']['output'];
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
  /** Every event with a correlation id, which is the trace id of the request that they follow from, in the order in which they were decided, 1 to 100 at a time. For librarians. */
  eventTrail: Maybe<EventTrailConnection>;
  /** Everything the signed-in member reserved and rented. For members, each their own. */
  myPage: Maybe<MyPage>;
};


/** What can be asked. A field is null, with an error that names it, while the service behind it cannot answer. */
export type QueryEventTrailArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  correlationId: Scalars['ID']['input'];
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
};

/** One loan of one copy to one member, from asking to bringing it back. */
export type Rental = {
  /** The id that every subgraph knows it by. */
  id: Scalars['ID']['output'];
};

/** A member's place in the queue of a title, and the copy set aside once it is their turn. */
export type Reservation = {
  /** The id that every subgraph knows it by. */
  id: Scalars['ID']['output'];
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
  MyPage: MyPage;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  MyPage:
    ( { __typename: 'MyPage' }
    & GraphQLRecursivePick<FederationTypes['MyPage'], {"memberId":true}> );
};



/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  Book: ResolverTypeWrapper<Book>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  EventApplication: ResolverTypeWrapper<EventApplication>;
  EventTrailConnection: ResolverTypeWrapper<Omit<EventTrailConnection, 'edges'> & { edges: Array<ResolversTypes['EventTrailEdge']> }>;
  EventTrailEdge: ResolverTypeWrapper<Omit<EventTrailEdge, 'node'> & { node: ResolversTypes['EventTrailEntry'] }>;
  EventTrailEntry: ResolverTypeWrapper<TrailEntry>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  Freshness: ResolverTypeWrapper<Freshness>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  Member: ResolverTypeWrapper<Member>;
  MyPage: ResolverTypeWrapper<MyPageReference>;
  MyPageEntry: ResolverTypeWrapper<MemberEntry>;
  MyPageEntryConnection: ResolverTypeWrapper<Omit<MyPageEntryConnection, 'edges'> & { edges: Array<ResolversTypes['MyPageEntryEdge']> }>;
  MyPageEntryEdge: ResolverTypeWrapper<Omit<MyPageEntryEdge, 'node'> & { node: ResolversTypes['MyPageEntry'] }>;
  MyPageStatus: MyPageStatus;
  MyPageStep: ResolverTypeWrapper<MyPageStep>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Rental: ResolverTypeWrapper<Rental>;
  Reservation: ResolverTypeWrapper<Reservation>;
  allow__To: Allow__To;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  Book: Book;
  ID: Scalars['ID']['output'];
  DateTime: Scalars['DateTime']['output'];
  EventApplication: EventApplication;
  EventTrailConnection: Omit<EventTrailConnection, 'edges'> & { edges: Array<ResolversParentTypes['EventTrailEdge']> };
  EventTrailEdge: Omit<EventTrailEdge, 'node'> & { node: ResolversParentTypes['EventTrailEntry'] };
  EventTrailEntry: TrailEntry;
  Int: Scalars['Int']['output'];
  Freshness: Freshness;
  Boolean: Scalars['Boolean']['output'];
  Member: Member;
  MyPage: MyPageReference;
  MyPageEntry: MemberEntry;
  MyPageEntryConnection: Omit<MyPageEntryConnection, 'edges'> & { edges: Array<ResolversParentTypes['MyPageEntryEdge']> };
  MyPageEntryEdge: Omit<MyPageEntryEdge, 'node'> & { node: ResolversParentTypes['MyPageEntry'] };
  MyPageStep: MyPageStep;
  PageInfo: PageInfo;
  Query: Record<PropertyKey, never>;
  Rental: Rental;
  Reservation: Reservation;
  String: Scalars['String']['output'];
};

export type AllowDirectiveArgs = {
  owner?: Maybe<Scalars['String']['input']>;
  to: Array<Allow__To>;
};

export type AllowDirectiveResolver<Result, Parent, ContextType = Context, Args = AllowDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type BookResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Book'] = ResolversParentTypes['Book']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type EventApplicationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['EventApplication'] = ResolversParentTypes['EventApplication']> = {
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  service?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type EventTrailConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['EventTrailConnection'] = ResolversParentTypes['EventTrailConnection']> = {
  edges?: Resolver<Array<ResolversTypes['EventTrailEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type EventTrailEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['EventTrailEdge'] = ResolversParentTypes['EventTrailEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['EventTrailEntry'], ParentType, ContextType>;
};

export type EventTrailEntryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['EventTrailEntry'] = ResolversParentTypes['EventTrailEntry']> = {
  applied?: Resolver<Array<ResolversTypes['EventApplication']>, ParentType, ContextType>;
  causationId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  decidedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  event?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  key?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  publishedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  sequence?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  source?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type FreshnessResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Freshness'] = ResolversParentTypes['Freshness']> = {
  lagMs?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  stale?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type MemberResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Member'] = ResolversParentTypes['Member']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type MyPageResolvers<ContextType = Context, ParentType extends ResolversParentTypes['MyPage'] = ResolversParentTypes['MyPage'], FederationReferenceType extends FederationReferenceTypes['MyPage'] = FederationReferenceTypes['MyPage']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['MyPage']> | FederationReferenceType, FederationReferenceType, ContextType>;
  activeCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  blockedUntil?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  entries?: Resolver<ResolversTypes['MyPageEntryConnection'], ParentType, ContextType, Partial<MyPageEntriesArgs>>;
  freshness?: Resolver<ResolversTypes['Freshness'], ParentType, ContextType>;
  member?: Resolver<ResolversTypes['Member'], ParentType, ContextType>;
  memberId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  overdueCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  waitingCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type MyPageEntryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['MyPageEntry'] = ResolversParentTypes['MyPageEntry']> = {
  book?: Resolver<Maybe<ResolversTypes['Book']>, ParentType, ContextType>;
  bookTitle?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  dueAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  history?: Resolver<Array<ResolversTypes['MyPageStep']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  pickupBy?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  position?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  rental?: Resolver<Maybe<ResolversTypes['Rental']>, ParentType, ContextType>;
  reservation?: Resolver<Maybe<ResolversTypes['Reservation']>, ParentType, ContextType>;
  status?: Resolver<ResolversTypes['MyPageStatus'], ParentType, ContextType>;
  statusText?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  updatedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type MyPageEntryConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['MyPageEntryConnection'] = ResolversParentTypes['MyPageEntryConnection']> = {
  edges?: Resolver<Array<ResolversTypes['MyPageEntryEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type MyPageEntryEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['MyPageEntryEdge'] = ResolversParentTypes['MyPageEntryEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['MyPageEntry'], ParentType, ContextType>;
};

export type MyPageStepResolvers<ContextType = Context, ParentType extends ResolversParentTypes['MyPageStep'] = ResolversParentTypes['MyPageStep']> = {
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  event?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  statusText?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type QueryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  eventTrail?: Resolver<Maybe<ResolversTypes['EventTrailConnection']>, ParentType, ContextType, RequireFields<QueryEventTrailArgs, 'correlationId'>>;
  myPage?: Resolver<Maybe<ResolversTypes['MyPage']>, ParentType, ContextType>;
};

export type RentalResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Rental'] = ResolversParentTypes['Rental']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type ReservationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Reservation'] = ResolversParentTypes['Reservation']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type Resolvers<ContextType = Context> = {
  Book?: BookResolvers<ContextType>;
  DateTime?: GraphQLScalarType;
  EventApplication?: EventApplicationResolvers<ContextType>;
  EventTrailConnection?: EventTrailConnectionResolvers<ContextType>;
  EventTrailEdge?: EventTrailEdgeResolvers<ContextType>;
  EventTrailEntry?: EventTrailEntryResolvers<ContextType>;
  Freshness?: FreshnessResolvers<ContextType>;
  Member?: MemberResolvers<ContextType>;
  MyPage?: MyPageResolvers<ContextType>;
  MyPageEntry?: MyPageEntryResolvers<ContextType>;
  MyPageEntryConnection?: MyPageEntryConnectionResolvers<ContextType>;
  MyPageEntryEdge?: MyPageEntryEdgeResolvers<ContextType>;
  MyPageStep?: MyPageStepResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  Rental?: RentalResolvers<ContextType>;
  Reservation?: ReservationResolvers<ContextType>;
};

export type DirectiveResolvers<ContextType = Context> = {
  allow?: AllowDirectiveResolver<any, any, ContextType>;
};
