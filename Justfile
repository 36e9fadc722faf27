# The one door: `just` lists what can be done.
_list:
    @just --list --unsorted

# Run the main job from nothing: sample roster in, signed package out
demo *ARGS:
    cargo run --release -- demo {{ARGS}}

# Run every test, installing what they need
test *ARGS:
    scripts/test {{ARGS}}

# Run a command with PostgreSQL and Redis (--dir DIR keeps their data, at a benchmark's size)
with-servers *ARGS:
    scripts/with-servers {{ARGS}}

# Check format, clippy, contracts, dependencies, scripts and the chart
lint:
    scripts/lint

# Check the chart alone (--write writes its README and the settings of its schema anew)
check-chart *ARGS:
    scripts/check-chart {{ARGS}}

# Do what CI does
ci:
    .ci/run

# Format the code
fmt:
    cargo fmt --all

# Run the suite on this machine, with reflection and health
up *ARGS:
    cargo run --release -- up {{ARGS}}

# Write the files of a sample roster
sample *ARGS:
    cargo run --release -- sample {{ARGS}}

# Make today's contracts the released ones, which later ones must not break
release-contracts:
    buf build --output proto/released.binpb

# Write the generated pages of docs/ anew
docs:
    TEPAT_WRITE_DOCS=1 cargo test -p tepat-faults the_documentation_is_the_table
