import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { BookView } from '../application/views';
import type { Context } from '../context';
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

/** What a new title needs. */
export type AddBookInput = {
  /** Up to 20 names of 1 to 200 characters. */
  authors?: InputMaybe<Array<Scalars['String']['input']>>;
  /** 1 to 100. */
  copies?: Scalars['Int']['input'];
  /** Optional, up to 64 characters: the same key from the same member gives the same payload for 24 hours. */
  idempotencyKey?: InputMaybe<Scalars['ID']['input']>;
  /** Up to 32 characters; ISBN-10 or ISBN-13, with or without hyphens. */
  isbn?: InputMaybe<Scalars['String']['input']>;
  /** 1 to 300 characters. */
  title: Scalars['String']['input'];
};

/** What became of the command: exactly one of `book` and `refusal` is set. */
export type AddBookPayload = {
  /** The new title. */
  book: Maybe<Book>;
  /** Send it back as the header x-consistency-token, and what you read next includes this change. */
  consistencyToken: Scalars['String']['output'];
  /** Why not, when it was turned down. */
  refusal: Maybe<Refusal>;
  /** What is unusual about the input, which was accepted all the same. */
  warnings: Array<Warning>;
};

/** Which title gets how many more copies. */
export type AddCopiesInput = {
  /** The title. */
  bookId: Scalars['ID']['input'];
  /** 1 to 100. */
  copies: Scalars['Int']['input'];
  /** Optional, up to 64 characters: the same key from the same member gives the same payload for 24 hours. */
  idempotencyKey?: InputMaybe<Scalars['ID']['input']>;
};

/** What became of the command: exactly one of `book` and `refusal` is set. */
export type AddCopiesPayload = {
  /** The title with its copies. */
  book: Maybe<Book>;
  /** Send it back as the header x-consistency-token, and what you read next includes this change. */
  consistencyToken: Scalars['String']['output'];
  /** Why not, when it was turned down. */
  refusal: Maybe<Refusal>;
};

/** A title of the library, in one or more copies. */
export type Book = {
  /** Who wrote it. */
  authors: Array<Scalars['String']['output']>;
  /** Copies in stock and free, as of the events that Book has seen. */
  availableCopies: Scalars['Int']['output'];
  /** The copies by id. For librarians. */
  copies: Array<Copy>;
  /** The id that every subgraph knows it by. */
  id: Scalars['ID']['output'];
  /** Its ISBN, where it has one. */
  isbn: Maybe<Scalars['String']['output']>;
  /** Whether a copy can be had. */
  status: BookStatus;
  /** The same in the library's words: In stock, Booking, On Rental, No copies. */
  statusText: Scalars['String']['output'];
  /** The title on its cover. */
  title: Scalars['String']['output'];
  /** Copies in the catalogue. */
  totalCopies: Scalars['Int']['output'];
};

/** A page of titles. */
export type BookConnection = {
  /** The page, in order. */
  edges: Array<BookEdge>;
  /** Where the page begins and ends. */
  pageInfo: PageInfo;
};

/** One of titles in a page. */
export type BookEdge = {
  /** Its place in the list: pass it as `after` or `before` to page from here. */
  cursor: Scalars['String']['output'];
  /** The thing itself. */
  node: Book;
};

/** Whether a copy can be had. */
export type BookStatus =
  /** No copy is free; some copy is set aside for a reader. */
  | 'BOOKING'
  /** Some copy is free. */
  | 'IN_STOCK'
  /** The title has no copy in the catalogue. */
  | 'NO_COPIES'
  /** Every copy is out. */
  | 'ON_RENTAL';

/** One copy of a title. */
export type Copy = {
  /** The id of the copy. */
  id: Scalars['ID']['output'];
  /** Where the copy is. */
  status: BookStatus;
};

/** What can be done. A field is null, with an error that names it, while the service behind it cannot answer. */
export type Mutation = {
  /** Adds a title with 1 to 100 copies. For librarians. */
  addBook: Maybe<AddBookPayload>;
  /** Adds 1 to 100 copies to a title; those who wait get them first. For librarians. */
  addCopies: Maybe<AddCopiesPayload>;
  /** Takes a copy that is in stock out of the catalogue for good. For librarians. */
  withdrawCopy: Maybe<WithdrawCopyPayload>;
};


/** What can be done. A field is null, with an error that names it, while the service behind it cannot answer. */
export type MutationAddBookArgs = {
  input: AddBookInput;
};


/** What can be done. A field is null, with an error that names it, while the service behind it cannot answer. */
export type MutationAddCopiesArgs = {
  input: AddCopiesInput;
};


/** What can be done. A field is null, with an error that names it, while the service behind it cannot answer. */
export type MutationWithdrawCopyArgs = {
  input: WithdrawCopyInput;
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
  /** One title by its id, or null when there is none. For anyone. */
  book: Maybe<Book>;
  /** The catalogue in alphabetical order, 1 to 100 at a time; `search` finds words or parts of them in title, authors and ISBN, in any order and without regard to case and accents. For anyone. */
  books: Maybe<BookConnection>;
};


/** What can be asked. A field is null, with an error that names it, while the service behind it cannot answer. */
export type QueryBookArgs = {
  id: Scalars['ID']['input'];
};


/** What can be asked. A field is null, with an error that names it, while the service behind it cannot answer. */
export type QueryBooksArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  search?: InputMaybe<Scalars['String']['input']>;
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

/** Something unusual about an input that was accepted. */
export type Warning = {
  /** What to branch on. */
  code: WarningCode;
  /** What to show to a librarian. */
  message: Scalars['String']['output'];
};

/** What can be unusual about an input. */
export type WarningCode =
  /** The last digit of the ISBN does not fit the others. */
  | 'ISBN_CHECK_DIGIT';

/** Which copy leaves, and why. */
export type WithdrawCopyInput = {
  /** The title. */
  bookId: Scalars['ID']['input'];
  /** The copy; Book.copies lists them. */
  copyId: Scalars['ID']['input'];
  /** Optional, up to 64 characters: the same key from the same member gives the same payload for 24 hours. */
  idempotencyKey?: InputMaybe<Scalars['ID']['input']>;
  /** 1 to 500 characters. */
  reason: Scalars['String']['input'];
};

/** What became of the command: exactly one of `book` and `refusal` is set. */
export type WithdrawCopyPayload = {
  /** The title without the copy. */
  book: Maybe<Book>;
  /** Send it back as the header x-consistency-token, and what you read next includes this change. */
  consistencyToken: Scalars['String']['output'];
  /** Why not, when it was turned down. */
  refusal: Maybe<Refusal>;
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
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  Book:
    ( { __typename: 'Book' }
    & GraphQLRecursivePick<FederationTypes['Book'], {"id":true}> );
};



/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  AddBookInput: AddBookInput;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  AddBookPayload: ResolverTypeWrapper<Omit<AddBookPayload, 'book'> & { book?: Maybe<ResolversTypes['Book']> }>;
  AddCopiesInput: AddCopiesInput;
  AddCopiesPayload: ResolverTypeWrapper<Omit<AddCopiesPayload, 'book'> & { book?: Maybe<ResolversTypes['Book']> }>;
  Book: ResolverTypeWrapper<BookView>;
  BookConnection: ResolverTypeWrapper<Omit<BookConnection, 'edges'> & { edges: Array<ResolversTypes['BookEdge']> }>;
  BookEdge: ResolverTypeWrapper<Omit<BookEdge, 'node'> & { node: ResolversTypes['Book'] }>;
  BookStatus: BookStatus;
  Copy: ResolverTypeWrapper<Copy>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Refusal: ResolverTypeWrapper<Refusal>;
  RefusalCode: RefusalCode;
  Warning: ResolverTypeWrapper<Warning>;
  WarningCode: WarningCode;
  WithdrawCopyInput: WithdrawCopyInput;
  WithdrawCopyPayload: ResolverTypeWrapper<Omit<WithdrawCopyPayload, 'book'> & { book?: Maybe<ResolversTypes['Book']> }>;
  allow__To: Allow__To;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  AddBookInput: AddBookInput;
  Int: Scalars['Int']['output'];
  ID: Scalars['ID']['output'];
  AddBookPayload: Omit<AddBookPayload, 'book'> & { book?: Maybe<ResolversParentTypes['Book']> };
  AddCopiesInput: AddCopiesInput;
  AddCopiesPayload: Omit<AddCopiesPayload, 'book'> & { book?: Maybe<ResolversParentTypes['Book']> };
  Book: BookView;
  BookConnection: Omit<BookConnection, 'edges'> & { edges: Array<ResolversParentTypes['BookEdge']> };
  BookEdge: Omit<BookEdge, 'node'> & { node: ResolversParentTypes['Book'] };
  Copy: Copy;
  DateTime: Scalars['DateTime']['output'];
  Mutation: Record<PropertyKey, never>;
  PageInfo: PageInfo;
  Boolean: Scalars['Boolean']['output'];
  Query: Record<PropertyKey, never>;
  Refusal: Refusal;
  Warning: Warning;
  WithdrawCopyInput: WithdrawCopyInput;
  WithdrawCopyPayload: Omit<WithdrawCopyPayload, 'book'> & { book?: Maybe<ResolversParentTypes['Book']> };
  String: Scalars['String']['output'];
};

export type AllowDirectiveArgs = {
  owner?: Maybe<Scalars['String']['input']>;
  to: Array<Allow__To>;
};

export type AllowDirectiveResolver<Result, Parent, ContextType = Context, Args = AllowDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type AddBookPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AddBookPayload'] = ResolversParentTypes['AddBookPayload']> = {
  book?: Resolver<Maybe<ResolversTypes['Book']>, ParentType, ContextType>;
  consistencyToken?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  refusal?: Resolver<Maybe<ResolversTypes['Refusal']>, ParentType, ContextType>;
  warnings?: Resolver<Array<ResolversTypes['Warning']>, ParentType, ContextType>;
};

export type AddCopiesPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AddCopiesPayload'] = ResolversParentTypes['AddCopiesPayload']> = {
  book?: Resolver<Maybe<ResolversTypes['Book']>, ParentType, ContextType>;
  consistencyToken?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  refusal?: Resolver<Maybe<ResolversTypes['Refusal']>, ParentType, ContextType>;
};

export type BookResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Book'] = ResolversParentTypes['Book'], FederationReferenceType extends FederationReferenceTypes['Book'] = FederationReferenceTypes['Book']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Book']> | FederationReferenceType, FederationReferenceType, ContextType>;
  authors?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  availableCopies?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  copies?: Resolver<Array<ResolversTypes['Copy']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  isbn?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  status?: Resolver<ResolversTypes['BookStatus'], ParentType, ContextType>;
  statusText?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  title?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  totalCopies?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type BookConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['BookConnection'] = ResolversParentTypes['BookConnection']> = {
  edges?: Resolver<Array<ResolversTypes['BookEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type BookEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['BookEdge'] = ResolversParentTypes['BookEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Book'], ParentType, ContextType>;
};

export type CopyResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Copy'] = ResolversParentTypes['Copy']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['BookStatus'], ParentType, ContextType>;
};

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type MutationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  addBook?: Resolver<Maybe<ResolversTypes['AddBookPayload']>, ParentType, ContextType, RequireFields<MutationAddBookArgs, 'input'>>;
  addCopies?: Resolver<Maybe<ResolversTypes['AddCopiesPayload']>, ParentType, ContextType, RequireFields<MutationAddCopiesArgs, 'input'>>;
  withdrawCopy?: Resolver<Maybe<ResolversTypes['WithdrawCopyPayload']>, ParentType, ContextType, RequireFields<MutationWithdrawCopyArgs, 'input'>>;
};

export type PageInfoResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type QueryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  book?: Resolver<Maybe<ResolversTypes['Book']>, ParentType, ContextType, RequireFields<QueryBookArgs, 'id'>>;
  books?: Resolver<Maybe<ResolversTypes['BookConnection']>, ParentType, ContextType, Partial<QueryBooksArgs>>;
};

export type RefusalResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Refusal'] = ResolversParentTypes['Refusal']> = {
  code?: Resolver<ResolversTypes['RefusalCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  rule?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type WarningResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Warning'] = ResolversParentTypes['Warning']> = {
  code?: Resolver<ResolversTypes['WarningCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type WithdrawCopyPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['WithdrawCopyPayload'] = ResolversParentTypes['WithdrawCopyPayload']> = {
  book?: Resolver<Maybe<ResolversTypes['Book']>, ParentType, ContextType>;
  consistencyToken?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  refusal?: Resolver<Maybe<ResolversTypes['Refusal']>, ParentType, ContextType>;
};

export type Resolvers<ContextType = Context> = {
  AddBookPayload?: AddBookPayloadResolvers<ContextType>;
  AddCopiesPayload?: AddCopiesPayloadResolvers<ContextType>;
  Book?: BookResolvers<ContextType>;
  BookConnection?: BookConnectionResolvers<ContextType>;
  BookEdge?: BookEdgeResolvers<ContextType>;
  Copy?: CopyResolvers<ContextType>;
  DateTime?: GraphQLScalarType;
  Mutation?: MutationResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  Refusal?: RefusalResolvers<ContextType>;
  Warning?: WarningResolvers<ContextType>;
  WithdrawCopyPayload?: WithdrawCopyPayloadResolvers<ContextType>;
};

export type DirectiveResolvers<ContextType = Context> = {
  allow?: AllowDirectiveResolver<any, any, ContextType>;
};
