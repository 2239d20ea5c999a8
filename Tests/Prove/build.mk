# Builds the proof's programs that use the library's internals: make -f Tests/Prove/build.mk
#   echo   build/prove/spark-echo, which sends every WebSocket message back
#   pipe   build/prove/spark-pipe, which decodes its input, for comparison with other decoders
#   fuzz   build/fuzz/spark-fuzz, all fuzz targets, under the address sanitizer
# Run it from the top of the repository. It does not touch SwiftPM's own builds.

SWIFTC := swiftc
PROVE := build/prove
FUZZ := build/fuzz
COMMON := -package-name sparkchat -swift-version 6 -enable-testing -g \
  -enable-upcoming-feature ExistentialAny -enable-upcoming-feature MemberImportVisibility \
  -enable-upcoming-feature InternalImportsByDefault \
  -ISources/COpenSSL -ISources/CJansson -ISources/CSystem
# The same options as for the library.
LIBRARY := -O -whole-module-optimization -parse-as-library \
  -Xfrontend -disable-implicit-string-processing-module-import \
  -Xfrontend -disable-implicit-concurrency-module-import
LINK := -lssl -lcrypto -ljansson
SANITIZE := -sanitize=fuzzer,address

# Without -enforce-exclusivity=unchecked, so that the proof notices violations.

sources = $(shell find Sources/$(1) -name '*.swift')

.PHONY: echo pipe fuzz
echo: $(PROVE)/spark-echo
pipe: $(PROVE)/spark-pipe
fuzz: $(FUZZ)/spark-fuzz

$(PROVE)/SparkWire.o: $(call sources,SparkWire)
$(PROVE)/SparkTransport.o: $(call sources,SparkTransport) $(PROVE)/SparkWire.o
$(PROVE)/SparkCore.o: $(call sources,SparkCore) $(PROVE)/SparkTransport.o

$(PROVE)/%.o:
	@mkdir -p $(@D)
	$(SWIFTC) $(COMMON) $(LIBRARY) -I$(PROVE) -module-name $* -emit-module \
	  -emit-module-path $(PROVE)/$*.swiftmodule -c $(filter %.swift,$^) -o $@

$(PROVE)/spark-echo: Tests/Prove/Echo/Echo.swift $(PROVE)/SparkCore.o
	$(SWIFTC) $(COMMON) -O -parse-as-library -I$(PROVE) -module-name SparkEcho $< \
	  $(PROVE)/SparkWire.o $(PROVE)/SparkTransport.o $(PROVE)/SparkCore.o $(LINK) -o $@

$(PROVE)/spark-pipe: $(wildcard Tests/Prove/Pipe/*.swift) $(PROVE)/SparkWire.o
	$(SWIFTC) $(COMMON) -O -parse-as-library -I$(PROVE) -module-name SparkPipe \
	  $(filter %.swift,$^) $(PROVE)/SparkWire.o $(LINK) -o $@

$(FUZZ)/SparkWire.o: $(call sources,SparkWire)
	@mkdir -p $(@D)
	$(SWIFTC) $(COMMON) $(LIBRARY) $(SANITIZE) -module-name SparkWire -emit-module \
	  -emit-module-path $(FUZZ)/SparkWire.swiftmodule -c $(filter %.swift,$^) -o $@

# In two steps: in one, the compiler leaves files behind in its working directory.
$(FUZZ)/SparkFuzz.o: $(wildcard Tests/Fuzz/*.swift Tests/Fuzz/targets/*.swift) $(FUZZ)/SparkWire.o
	$(SWIFTC) $(COMMON) -O -wmo -parse-as-library $(SANITIZE) -I$(FUZZ) -module-name SparkFuzz \
	  -emit-module -emit-module-path $(FUZZ)/SparkFuzz.swiftmodule -c $(filter %.swift,$^) -o $@

$(FUZZ)/spark-fuzz: $(FUZZ)/SparkFuzz.o $(FUZZ)/SparkWire.o
	$(SWIFTC) $(SANITIZE) $^ $(LINK) -o $@
