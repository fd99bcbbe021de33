package io.github.responses4j.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProfileTest {
    /** The switches in which a profile differs from the default one. */
    @ParameterizedTest
    @CsvSource({
        "default, ''",
        "openai, inheritInstructions liftSystemMessages doneMarker",
        "open-responses, inheritInstructions liftSystemMessages openReasoningNames",
        "aleph-alpha, eventLines backgroundAlias createUnknownConversations unknownPreviousIs404",
        "elixir, flatLifecycle showHostedTools",
        "gateway, ''",
        "bud, createdMember approvalByDefault failOnToolListing",
        "default+strict, strict",
        "openai+strict, inheritInstructions liftSystemMessages doneMarker strict"
    })
    void aProfileIsTheDefaultOneButFor(String name, String switches) {
        Profile profile = Profile.named(name);
        List<String> different = new ArrayList<>();
        for (RecordComponent member : Profile.class.getRecordComponents()) {
            if (member.getType() == boolean.class && !value(member, profile).equals(value(member, Profile.DEFAULT))) {
                different.add(member.getName());
            }
        }
        assertThat(String.join(" ", different)).isEqualTo(switches);
        assertThat(profile.name()).isEqualTo(name);
    }

    @Test
    void theDefaultIs() {
        assertThat(Profile.DEFAULT)
                .isEqualTo(new Profile(
                        "default", true, true, true, true, false, false, false, false, false, false, false, true, true,
                        true, true));
    }

    @Test
    void everySwitchCanBeSet() throws ReflectiveOperationException {
        for (RecordComponent member : Profile.class.getRecordComponents()) {
            if (member.getType() == boolean.class) {
                boolean before = (boolean) value(member, Profile.DEFAULT);
                Profile.Builder builder = Profile.DEFAULT.toBuilder().name("other");
                Profile.Builder.class.getMethod(member.getName(), boolean.class).invoke(builder, !before);
                Profile other = builder.build().toBuilder().build();
                assertThat(value(member, other)).as(member.getName()).isEqualTo(!before);
                assertThat(Arrays.stream(Profile.class.getRecordComponents())
                                .filter(each -> !value(each, other).equals(value(each, Profile.DEFAULT))))
                        .extracting(RecordComponent::getName)
                        .containsExactly("name", member.getName());
            }
        }
    }

    @Test
    void aProfileIsFoundByItsName() {
        for (Profile profile : Profile.ALL) {
            assertThat(Profile.named(profile.name())).isEqualTo(profile);
        }
        for (String unknown : List.of("x", "", "+strict", "strict", "default+strict+strict", "default+", "Default")) {
            assertThatThrownBy(() -> Profile.named(unknown))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("no profile '" + unknown + "'; there are default, openai, open-responses, aleph-alpha,"
                            + " elixir, gateway, bud, each also with +strict");
        }
    }

    private static Object value(RecordComponent member, Profile profile) {
        try {
            return member.getAccessor().invoke(profile);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }
}
