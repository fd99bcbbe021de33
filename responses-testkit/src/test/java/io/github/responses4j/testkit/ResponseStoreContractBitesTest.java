package io.github.responses4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import io.github.responses4j.store.ResponseStore;
import io.github.responses4j.store.Retention;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Each guard that a store may have forgotten is missed by a test of the contract. */
class ResponseStoreContractBitesTest {
    /** How the store under test is spoilt. The launcher makes the test class itself, so it cannot be handed over. */
    private static final ThreadLocal<UnaryOperator<ResponseStore>> SPOILER =
            ThreadLocal.withInitial(UnaryOperator::identity);

    /** How long the store under test keeps what it should keep for another time. */
    private static final ThreadLocal<UnaryOperator<Retention>> RETENTION =
            ThreadLocal.withInitial(UnaryOperator::identity);

    static final class Subject extends ResponseStoreContract {
        @Override
        protected ResponseStore newStore(Clock clock, Retention retention) {
            return SPOILER.get()
                    .apply(ResponseStore.inMemory(clock, RETENTION.get().apply(retention), 10_000));
        }
    }

    static Stream<Arguments> spoilt() {
        return Stream.of(
                row("required_S4_aStaleEpochIsFenced", BrokenStores.EpochUnchecked::new),
                row("required_S4_onlyTheCurrentLeaseWrites", BrokenStores.OwnerUnchecked::new),
                row("required_S1_theNextOwnerKnowsWhichToolsStarted", BrokenStores.ToolsUnfenced::new),
                row("required_S1_theNextOwnerKnowsWhichToolsStarted", BrokenStores.ToolsForgotten::new),
                row("required_S4_aCancelFencesTheOwner", BrokenStores.CancelUnfenced::new),
                row("required_S5_aCancelAndAnEndHaveOneWinner", BrokenStores.CancelUnfenced::new),
                row(
                        "required_S3_anotherTenantsResponseIsAnsweredLikeAnUnknownOne",
                        BrokenStores.TenantIgnoredByFind::new),
                row(
                        "required_S3_anotherTenantsResponseIsAnsweredLikeAnUnknownOne",
                        BrokenStores.TenantIgnoredByTail::new),
                row(
                        "required_S3_anotherTenantsResponseIsAnsweredLikeAnUnknownOne",
                        BrokenStores.TenantIgnoredByDelete::new),
                row("required_S5_nothingLeavesATerminalStatus", BrokenStores.TerminalLeft::new),
                row("required_S2_itemsAreAddedToThoseThatTheHolderKnowsOf", BrokenStores.ItemsUncounted::new),
                row("required_S6_eventNumbersHaveNoGapAndNoRepetition", BrokenStores.GapAccepted::new),
                row("required_S6_anEventNumberIsTakenByOne", BrokenStores.GapAccepted::new),
                row("required_S7_aTerminalStatusIsNeverSeenBeforeItsEvents", BrokenStores.StatusReadLast::new),
                row("required_S2_anAppendIsSeenWholeOrNotAtAll", BrokenStores.HalfCommitted::new),
                row("required_S2_everyEndFreesTheConversation", BrokenStores.LockNotFreed::new),
                row("required_S2_aConversationHoldsOneRunAtATime", BrokenStores.LockNotTaken::new),
                row("required_S2_aConversationIsTakenByOne", BrokenStores.LockNotTaken::new),
                row("required_S2_aRepeatedRequestGetsTheFirstResponse", BrokenStores.KeyNotRecorded::new),
                row("required_S2_aKeyMakesOneResponse", BrokenStores.KeyNotRecorded::new),
                row("required_S2_aKeyMayBeLookedAt", BrokenStores.KeyLookedAtByNameAlone::new),
                row("required_S2_aKeyStandsForOneRequest", BrokenStores.KeyHashIgnored::new),
                row("required_S2_aRefusedCreateRecordsNoKey", BrokenStores.KeyRecordedTooEarly::new),
                row("required_S2_aLockedConversationLeavesNoKeyForOthersToSee", BrokenStores.KeyRecordedTooEarly::new),
                row("required_S1_aResponseIsKeptItsTimeToLiveAfterItsEnd", BrokenStores.TimeToLiveIgnored::new),
                row("required_S4_aRenewedLeaseIsNotClaimed", BrokenStores.RenewalForgotten::new),
                row("required_S1_aQueuedResponseIsClaimed", BrokenStores.ClaimedTwice::new),
                row("required_S4_eachQueuedResponseIsClaimedByOne", BrokenStores.ClaimedTwice::new),
                row("required_S4_anExpiredLeaseIsClaimedWithAHigherEpoch", BrokenStores.AttemptsNotCounted::new),
                row("required_S9_anExpiredAncestorIsStillPartOfTheChain", BrokenStores.ChainCutShort::new),
                row("required_S9_aDeletedAncestorMakesTheChainUnreadable", BrokenStores.ChainCutShort::new),
                row("required_S9_aDeletedAncestorMakesTheChainUnreadable", BrokenStores.ChainCached::new),
                row("required_S9_aChainIsWholeWhileAnAncestorIsDeleted", BrokenStores.ChainCutShort::new),
                row("required_S8_namesAreComparedExactly", BrokenStores.IdsInUtf8::new),
                row("required_S8_jsonTextComesBackExactly", BrokenStores.TextTidied::new),
                row("required_inputItemsAreReadInPagesBothWays", BrokenStores.PageOverlaps::new),
                row("required_S6_changedTellsHowFarEachLogHasCome", BrokenStores.ChangedKnowsTooMuch::new),
                row("required_aClosedStoreRefusesCalls", BrokenStores.StaysOpen::new));
    }

    static Stream<Arguments> spoiltConversations() {
        return Stream.of(
                row("required_S6_aLogMayBeginWithTheResponse", BrokenConversations.FirstEventsForgotten::new),
                row("required_S10_aTurnThatWasOvertakenIsRefused", BrokenConversations.VersionUnchecked::new),
                row(
                        "required_S10_aTurnOfAnUnknownConversationIsRefused",
                        BrokenConversations.ConversationMadeByItsTurn::new),
                row("required_S10_whileAResponseHoldsItNobodyElseChangesIt", BrokenConversations.AddsUnderTheLock::new),
                row(
                        "required_S10_whileAResponseHoldsItNobodyElseChangesIt",
                        BrokenConversations.RemovesUnderTheLock::new),
                row("required_S10_aTurnAndAChangeHaveOneWinner", BrokenConversations.RemovesUnderTheLock::new),
                row("required_S10_anItemIdComesOnceInAConversation", BrokenConversations.ItemAddedTwice::new),
                row("required_S10_itemsComeAndGoOneChangeAtATime", BrokenConversations.ChangesNotCounted::new),
                row("required_S10_itemsAreAddedOneCallAtATime", BrokenConversations.ChangesNotCounted::new),
                row("required_S10_anUpdateReplacesTheDocumentAlone", BrokenConversations.UpdateCounted::new),
                row("required_S10_anEndBringsItsOwnInputAndThenItsOutput", BrokenConversations.JoinForgotten::new),
                row("required_S10_onlyAnEndThatSaysSoBringsItems", BrokenConversations.EveryEndJoins::new),
                row("required_S10_anEndBringsItsOwnInputAndThenItsOutput", BrokenConversations.InputDoesNotJoin::new),
                row("required_S10_whatTheConversationHasIsNotAddedAgain", BrokenConversations.JoinRepeats::new),
                row("required_S10_aDeletedConversationGetsNothing", BrokenConversations.JoinsTheNextOfThatId::new),
                row(
                        "required_S1_whatJoinedStaysWhenTheResponseGoes",
                        BrokenConversations.DeletionReachesTheConversation::new),
                row("required_itemsAreFoundByTheirIds", BrokenConversations.ItemsRemembered::new),
                row(
                        "required_S10_anEndAndADeletionOfTheConversationLeaveNothing",
                        BrokenConversations.ItemsRemembered::new),
                row("required_S3_listsAndLookUpsStayWithinTheTenant", BrokenConversations.ItemsOfAnyTenant::new),
                row(
                        "required_S3_anotherTenantsConversationIsAnsweredLikeAnUnknownOne",
                        BrokenConversations.ContentOfAnyTenant::new),
                row(
                        "required_S3_anotherTenantsConversationIsAnsweredLikeAnUnknownOne",
                        BrokenConversations.DeletionOfAnyTenant::new),
                row(
                        "required_S3_anotherTenantsConversationIsAnsweredLikeAnUnknownOne",
                        BrokenConversations.AdditionOfAnyTenant::new),
                row("required_S3_listsAndLookUpsStayWithinTheTenant", BrokenConversations.ListOfAnyTenant::new),
                row("required_responsesAreListedInTheOrderOfTheirCreation", BrokenConversations.ListStartsAgain::new),
                row("required_S1_whatIsGoneIsNotListed", BrokenConversations.ListStartsAgain::new),
                row("required_conversationItemsAreReadInPagesBothWays", BrokenConversations.PageOverlaps::new));
    }

    static Stream<Arguments> spoiltRetention() {
        return Stream.of(
                row("required_S4_anExpiredForegroundLeaseIsReaped", BrokenStores.EpochUnchecked::new),
                row("required_S4_anExpiredForegroundLeaseIsReaped", BrokenRetention.ReapsNothing::new),
                row("required_S4_aRenewedForegroundLeaseIsNotReaped", BrokenStores.RenewalForgotten::new),
                row("required_S4_claimAndReapKeepToTheirOwn", BrokenRetention.ReapsAll::new),
                row("required_S4_claimAndReapKeepToTheirOwn", BrokenRetention.ClaimsAll::new),
                row("required_S4_whatIsReapedIsReapedAgainUntilItIsEnded", BrokenRetention.ReapsOnce::new),
                row("required_S1_aReapTakesAtMostAsManyAsAskedFor", BrokenRetention.ReapsTooMany::new),
                row("required_S4_anExpiredForegroundLeaseIsReapedByOne", BrokenRetention.ReapedTwice::new),
                row("required_S5_whatHasEndedIsNotReaped", BrokenRetention.ReapedTwice::new),
                row("required_S4_aRenewalByNothingLeavesAForegroundLease", BrokenRetention.ForegroundHandedBack::new),
                row("required_S4_aClaimThatIsHandedBackIsNoAttempt", BrokenRetention.EveryClaimCounts::new),
                row("required_S4_aClaimThatIsHandedBackIsNoAttempt", BrokenRetention.HandBackRemembered::new),
                row("required_S9_aDeletedAncestorMakesTheChainUnreadable", BrokenRetention.LineageCutShort::new),
                row("required_S9_anExpiredAncestorIsStillPartOfTheChain", BrokenRetention.LineageCutShort::new),
                row("required_S1_aDeletedResponseComesBackWithinItsWindow", BrokenRetention.RestoresNothing::new),
                row("required_S1_aDeletedResponseComesBackWithinItsWindow", BrokenRetention.DeletedRemembered::new),
                row("required_S5_aRunThatWasDeletedComesBackCancelled", BrokenRetention.RunsOnWhenRestored::new),
                row("required_S3_anotherTenantRestoresNothing", BrokenRetention.RestoresForAnyTenant::new),
                row("required_S1_aSweepTakesOnlyWhatIsGone", BrokenRetention.SweepsWhatEnded::new),
                row("required_S1_aSweepTakesOnlyWhatIsGone", BrokenRetention.SweepsAncestors::new),
                row("required_S1_aChainThatHasExpiredIsSweptWhole", BrokenRetention.SweepsOne::new),
                row("required_usageIsReadInTheOrderOfCreation", BrokenRetention.UsageNewestFirst::new),
                row("required_usageIsReadInTheOrderOfCreation", BrokenRetention.UsageToTheEndIncluded::new),
                row("required_S3_usageStaysWithinTheTenant", BrokenRetention.UsageOfAnyTenant::new));
    }

    static Stream<Arguments> spoiltOptions() {
        return Stream.of(
                options("required_S1_theStoresTimeToLiveIsKept", kept -> kept.withTimeToLive(Duration.ofDays(99))),
                options("required_S1_theWindowEnds", kept -> kept.withRestoreWindow(Duration.ofDays(99))),
                options("required_S1_theIdMayBeTakenMeanwhile", kept -> kept.withRestoreWindow(Duration.ZERO)),
                options(
                        "required_S1_withoutAWindowADeletionIsFinal",
                        kept -> kept.withRestoreWindow(Duration.ofDays(1))),
                options("required_usageGoesWithItsResponse", kept -> kept.withKeepsUsage(true)),
                options("required_usageOutlivesItsResponseIfItIsKept", kept -> kept.withKeepsUsage(false)));
    }

    private static Arguments options(String test, UnaryOperator<Retention> spoiler) {
        return arguments(test, spoiler);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("spoiltOptions")
    void aRetentionThatIsNotKeptIsNoticed(String test, UnaryOperator<Retention> spoiler) {
        assertThat(run(test, UnaryOperator.identity()))
                .isEqualTo(Map.of(test + "()", TestExecutionResult.Status.SUCCESSFUL));
        RETENTION.set(spoiler);
        try {
            assertThat(run(test, UnaryOperator.identity()))
                    .isEqualTo(Map.of(test + "()", TestExecutionResult.Status.FAILED));
        } finally {
            RETENTION.remove();
        }
    }

    private static Arguments row(String test, UnaryOperator<ResponseStore> spoiler) {
        String name = spoiler.apply(ResponseStore.inMemory()).getClass().getSimpleName();
        return arguments(name, test, spoiler);
    }

    @ParameterizedTest(name = "{0} fails {1}")
    @MethodSource({"spoilt", "spoiltConversations", "spoiltRetention"})
    void aForgottenGuardIsNoticed(String name, String test, UnaryOperator<ResponseStore> spoiler) {
        assertThat(run(test, UnaryOperator.identity()))
                .as("a sound store")
                .isEqualTo(Map.of(test + "()", TestExecutionResult.Status.SUCCESSFUL));
        assertThat(run(test, spoiler)).as(name).isEqualTo(Map.of(test + "()", TestExecutionResult.Status.FAILED));
    }

    /** Runs one test of the contract on this thread and gives its outcome by name. */
    private static Map<String, TestExecutionResult.Status> run(String test, UnaryOperator<ResponseStore> spoiler) {
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectMethod(Subject.class, test))
                .build();
        Map<String, TestExecutionResult.Status> outcomes = new TreeMap<>();
        SPOILER.set(spoiler);
        try {
            LauncherFactory.create().execute(request, new TestExecutionListener() {
                @Override
                public void executionFinished(TestIdentifier identifier, TestExecutionResult result) {
                    // A store that breaks the contract fails an assertion; anything else is a fault of this test.
                    result.getThrowable()
                            .filter(thrown -> !(thrown instanceof AssertionError))
                            .ifPresent(thrown -> {
                                throw new IllegalStateException(identifier.getDisplayName(), thrown);
                            });
                    if (identifier.isTest()) {
                        outcomes.put(identifier.getDisplayName(), result.getStatus());
                    }
                }
            });
        } finally {
            SPOILER.remove();
        }
        return outcomes;
    }
}
