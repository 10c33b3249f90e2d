-- +goose Up
-- Register of species often met in French towns, version 1: own compilation.
-- Names, authors and codes: TAXREF (PatriNat: OFB, MNHN, CNRS, IRD). French
-- names: common use. An operator loads all of TAXREF with `acvdata taxref load`.
INSERT INTO atlas.taxon (cd_nom, cd_ref, species_ref, rank, name, author, french, family, kingdom, grp, origin, genus, fold, words, source)
SELECT cd, cd, cd, 'ES', name, author, french, family, kingdom, grp, origin, lower(split_part(name, ' ', 1)), lower(name),
  ' ' || regexp_replace(lower(name || ' ' || public.unaccent(french)), '[^a-z0-9]+', ' ', 'g'), 'acv-1'
FROM (VALUES
  (92, 'Salamandra salamandra', '(Linnaeus, 1758)', 'Salamandre tachetée', 'Salamandridae', 'Animalia', 'amphibian', 'P'),
  (197, 'Alytes obstetricans', '(Laurenti, 1768)', 'Alyte accoucheur', 'Alytidae', 'Animalia', 'amphibian', 'P'),
  (259, 'Bufo bufo', '(Linnaeus, 1758)', 'Crapaud commun', 'Bufonidae', 'Animalia', 'amphibian', 'P'),
  (310, 'Rana dalmatina', 'Fitzinger, 1838', 'Grenouille agile', 'Ranidae', 'Animalia', 'amphibian', 'P'),
  (351, 'Rana temporaria', 'Linnaeus, 1758', 'Grenouille rousse', 'Ranidae', 'Animalia', 'amphibian', 'P'),
  (1966, 'Anas platyrhynchos', 'Linnaeus, 1758', 'Canard colvert', 'Anatidae', 'Animalia', 'bird', 'P'),
  (2440, 'Phalacrocorax carbo', '(Linnaeus, 1758)', 'Grand Cormoran', 'Phalacrocoracidae', 'Animalia', 'bird', 'P'),
  (2506, 'Ardea cinerea', 'Linnaeus, 1758', 'Héron cendré', 'Ardeidae', 'Animalia', 'bird', 'P'),
  (2623, 'Buteo buteo', '(Linnaeus, 1758)', 'Buse variable', 'Accipitridae', 'Animalia', 'bird', 'P'),
  (2669, 'Falco tinnunculus', 'Linnaeus, 1758', 'Faucon crécerelle', 'Falconidae', 'Animalia', 'bird', 'P'),
  (2840, 'Milvus migrans', '(Boddaert, 1783)', 'Milan noir', 'Accipitridae', 'Animalia', 'bird', 'P'),
  (2938, 'Falco peregrinus', 'Tunstall, 1771', 'Faucon pèlerin', 'Falconidae', 'Animalia', 'bird', 'P'),
  (3059, 'Gallinula chloropus', '(Linnaeus, 1758)', 'Gallinule poule-d’eau', 'Rallidae', 'Animalia', 'bird', 'P'),
  (3070, 'Fulica atra', 'Linnaeus, 1758', 'Foulque macroule', 'Rallidae', 'Animalia', 'bird', 'P'),
  (3302, 'Larus argentatus', 'Pontoppidan, 1763', 'Goéland argenté', 'Laridae', 'Animalia', 'bird', 'P'),
  (3424, 'Columba palumbus', 'Linnaeus, 1758', 'Pigeon ramier', 'Columbidae', 'Animalia', 'bird', 'P'),
  (3429, 'Streptopelia decaocto', '(Frivaldszky, 1838)', 'Tourterelle turque', 'Columbidae', 'Animalia', 'bird', 'P'),
  (3465, 'Cuculus canorus', 'Linnaeus, 1758', 'Coucou gris', 'Cuculidae', 'Animalia', 'bird', 'P'),
  (3482, 'Tyto alba', '(Scopoli, 1769)', 'Effraie des clochers', 'Tytonidae', 'Animalia', 'bird', 'P'),
  (3518, 'Strix aluco', 'Linnaeus, 1758', 'Chouette hulotte', 'Strigidae', 'Animalia', 'bird', 'P'),
  (3551, 'Apus apus', '(Linnaeus, 1758)', 'Martinet noir', 'Apodidae', 'Animalia', 'bird', 'P'),
  (3571, 'Alcedo atthis', '(Linnaeus, 1758)', 'Martin-pêcheur d’Europe', 'Alcedinidae', 'Animalia', 'bird', 'P'),
  (3590, 'Upupa epops', 'Linnaeus, 1758', 'Huppe fasciée', 'Upupidae', 'Animalia', 'bird', 'P'),
  (3603, 'Picus viridis', 'Linnaeus, 1758', 'Pic vert', 'Picidae', 'Animalia', 'bird', 'P'),
  (3611, 'Dendrocopos major', '(Linnaeus, 1758)', 'Pic épeiche', 'Picidae', 'Animalia', 'bird', 'P'),
  (3696, 'Hirundo rustica', 'Linnaeus, 1758', 'Hirondelle rustique', 'Hirundinidae', 'Animalia', 'bird', 'P'),
  (3755, 'Motacilla cinerea', 'Tunstall, 1771', 'Bergeronnette des ruisseaux', 'Motacillidae', 'Animalia', 'bird', 'P'),
  (3760, 'Cyanistes caeruleus', '(Linnaeus, 1758)', 'Mésange bleue', 'Paridae', 'Animalia', 'bird', 'P'),
  (3764, 'Parus major', 'Linnaeus, 1758', 'Mésange charbonnière', 'Paridae', 'Animalia', 'bird', 'P'),
  (3774, 'Sitta europaea', 'Linnaeus, 1758', 'Sittelle torchepot', 'Sittidae', 'Animalia', 'bird', 'P'),
  (3941, 'Motacilla alba', 'Linnaeus, 1758', 'Bergeronnette grise', 'Motacillidae', 'Animalia', 'bird', 'P'),
  (3967, 'Troglodytes troglodytes', '(Linnaeus, 1758)', 'Troglodyte mignon', 'Troglodytidae', 'Animalia', 'bird', 'P'),
  (3978, 'Prunella modularis', '(Linnaeus, 1758)', 'Accenteur mouchet', 'Prunellidae', 'Animalia', 'bird', 'P'),
  (4001, 'Erithacus rubecula', '(Linnaeus, 1758)', 'Rougegorge familier', 'Muscicapidae', 'Animalia', 'bird', 'P'),
  (4035, 'Phoenicurus ochruros', '(S. G. Gmelin, 1774)', 'Rougequeue noir', 'Muscicapidae', 'Animalia', 'bird', 'P'),
  (4117, 'Turdus merula', 'Linnaeus, 1758', 'Merle noir', 'Turdidae', 'Animalia', 'bird', 'P'),
  (4129, 'Turdus philomelos', 'C. L. Brehm, 1831', 'Grive musicienne', 'Turdidae', 'Animalia', 'bird', 'P'),
  (4257, 'Sylvia atricapilla', '(Linnaeus, 1758)', 'Fauvette à tête noire', 'Sylviidae', 'Animalia', 'bird', 'P'),
  (4280, 'Phylloscopus collybita', '(Vieillot, 1817)', 'Pouillot véloce', 'Phylloscopidae', 'Animalia', 'bird', 'P'),
  (4319, 'Muscicapa striata', '(Pallas, 1764)', 'Gobemouche gris', 'Muscicapidae', 'Animalia', 'bird', 'P'),
  (4342, 'Aegithalos caudatus', '(Linnaeus, 1758)', 'Mésange à longue queue', 'Aegithalidae', 'Animalia', 'bird', 'P'),
  (4466, 'Garrulus glandarius', '(Linnaeus, 1758)', 'Geai des chênes', 'Corvidae', 'Animalia', 'bird', 'P'),
  (4474, 'Pica pica', '(Linnaeus, 1758)', 'Pie bavarde', 'Corvidae', 'Animalia', 'bird', 'P'),
  (4503, 'Corvus corone', 'Linnaeus, 1758', 'Corneille noire', 'Corvidae', 'Animalia', 'bird', 'P'),
  (4516, 'Sturnus vulgaris', 'Linnaeus, 1758', 'Étourneau sansonnet', 'Sturnidae', 'Animalia', 'bird', 'P'),
  (4525, 'Passer domesticus', '(Linnaeus, 1758)', 'Moineau domestique', 'Passeridae', 'Animalia', 'bird', 'P'),
  (4564, 'Fringilla coelebs', 'Linnaeus, 1758', 'Pinson des arbres', 'Fringillidae', 'Animalia', 'bird', 'P'),
  (4571, 'Serinus serinus', '(Linnaeus, 1766)', 'Serin cini', 'Fringillidae', 'Animalia', 'bird', 'P'),
  (4580, 'Chloris chloris', '(Linnaeus, 1758)', 'Verdier d’Europe', 'Fringillidae', 'Animalia', 'bird', 'P'),
  (4583, 'Carduelis carduelis', '(Linnaeus, 1758)', 'Chardonneret élégant', 'Fringillidae', 'Animalia', 'bird', 'P'),
  (10502, 'Lucanus cervus', '(Linnaeus, 1758)', 'Lucane cerf-volant', 'Lucanidae', 'Animalia', 'insect', 'P'),
  (11165, 'Coccinella septempunctata', 'Linnaeus, 1758', 'Coccinelle à sept points', 'Coccinellidae', 'Animalia', 'insect', 'P'),
  (53595, 'Pararge aegeria', '(Linnaeus, 1758)', 'Tircis', 'Nymphalidae', 'Animalia', 'butterfly', 'P'),
  (53668, 'Maniola jurtina', '(Linnaeus, 1758)', 'Myrtil', 'Nymphalidae', 'Animalia', 'butterfly', 'P'),
  (53700, 'Melanargia galathea', '(Linnaeus, 1758)', 'Demi-Deuil', 'Nymphalidae', 'Animalia', 'butterfly', 'P'),
  (53741, 'Vanessa atalanta', '(Linnaeus, 1758)', 'Vulcain', 'Nymphalidae', 'Animalia', 'butterfly', 'P'),
  (53747, 'Vanessa cardui', '(Linnaeus, 1758)', 'Belle-Dame', 'Nymphalidae', 'Animalia', 'butterfly', 'P'),
  (53754, 'Aglais urticae', '(Linnaeus, 1758)', 'Petite Tortue', 'Nymphalidae', 'Animalia', 'butterfly', 'P'),
  (53759, 'Polygonia c-album', '(Linnaeus, 1758)', 'Robert-le-Diable', 'Nymphalidae', 'Animalia', 'butterfly', 'P'),
  (54279, 'Polyommatus icarus', '(Rottemburg, 1775)', 'Azuré de la Bugrane', 'Lycaenidae', 'Animalia', 'butterfly', 'P'),
  (54342, 'Pieris brassicae', '(Linnaeus, 1758)', 'Piéride du Chou', 'Pieridae', 'Animalia', 'butterfly', 'P'),
  (54417, 'Gonepteryx rhamni', '(Linnaeus, 1758)', 'Citron', 'Pieridae', 'Animalia', 'butterfly', 'P'),
  (54451, 'Anthocharis cardamines', '(Linnaeus, 1758)', 'Aurore', 'Pieridae', 'Animalia', 'butterfly', 'P'),
  (54468, 'Papilio machaon', 'Linnaeus, 1758', 'Machaon', 'Papilionidae', 'Animalia', 'butterfly', 'P'),
  (54475, 'Iphiclides podalirius', '(Linnaeus, 1758)', 'Flambé', 'Papilionidae', 'Animalia', 'butterfly', 'P'),
  (54829, 'Macroglossum stellatarum', '(Linnaeus, 1758)', 'Moro-Sphinx', 'Sphingidae', 'Animalia', 'butterfly', 'P'),
  (60015, 'Erinaceus europaeus', 'Linnaeus, 1758', 'Hérisson d’Europe', 'Erinaceidae', 'Animalia', 'mammal', 'P'),
  (60249, 'Talpa europaea', 'Linnaeus, 1758', 'Taupe d’Europe', 'Talpidae', 'Animalia', 'mammal', 'P'),
  (60313, 'Rhinolophus hipposideros', '(Bechstein, 1800)', 'Petit rhinolophe', 'Rhinolophidae', 'Animalia', 'mammal', 'P'),
  (60479, 'Pipistrellus pipistrellus', '(Schreber, 1774)', 'Pipistrelle commune', 'Vespertilionidae', 'Animalia', 'mammal', 'P'),
  (60585, 'Vulpes vulpes', '(Linnaeus, 1758)', 'Renard roux', 'Canidae', 'Animalia', 'mammal', 'P'),
  (60630, 'Lutra lutra', '(Linnaeus, 1758)', 'Loutre d’Europe', 'Mustelidae', 'Animalia', 'mammal', 'P'),
  (60636, 'Meles meles', '(Linnaeus, 1758)', 'Blaireau européen', 'Mustelidae', 'Animalia', 'mammal', 'P'),
  (60674, 'Martes foina', '(Erxleben, 1777)', 'Fouine', 'Mustelidae', 'Animalia', 'mammal', 'P'),
  (61057, 'Capreolus capreolus', '(Linnaeus, 1758)', 'Chevreuil européen', 'Cervidae', 'Animalia', 'mammal', 'P'),
  (61153, 'Sciurus vulgaris', 'Linnaeus, 1758', 'Écureuil roux', 'Sciuridae', 'Animalia', 'mammal', 'P'),
  (61667, 'Myocastor coypus', '(Molina, 1782)', 'Ragondin', 'Echimyidae', 'Animalia', 'mammal', 'J'),
  (61714, 'Oryctolagus cuniculus', '(Linnaeus, 1758)', 'Lapin de garenne', 'Leporidae', 'Animalia', 'mammal', 'P'),
  (64260, 'Helix pomatia', 'Linnaeus, 1758', 'Escargot de Bourgogne', 'Helicidae', 'Animalia', 'mollusc', 'P'),
  (65080, 'Calopteryx virgo', '(Linnaeus, 1758)', 'Caloptéryx vierge', 'Calopterygidae', 'Animalia', 'dragonfly', 'P'),
  (65109, 'Ischnura elegans', '(Vander Linden, 1820)', 'Agrion élégant', 'Coenagrionidae', 'Animalia', 'dragonfly', 'P'),
  (65184, 'Platycnemis pennipes', '(Pallas, 1771)', 'Agrion à larges pattes', 'Platycnemididae', 'Animalia', 'dragonfly', 'P'),
  (65278, 'Orthetrum cancellatum', '(Linnaeus, 1758)', 'Orthétrum réticulé', 'Libellulidae', 'Animalia', 'dragonfly', 'P'),
  (65473, 'Anax imperator', 'Leach, 1815', 'Anax empereur', 'Aeshnidae', 'Animalia', 'dragonfly', 'P'),
  (65774, 'Tettigonia viridissima', '(Linnaeus, 1758)', 'Grande Sauterelle verte', 'Tettigoniidae', 'Animalia', 'insect', 'P'),
  (65839, 'Mantis religiosa', '(Linnaeus, 1758)', 'Mante religieuse', 'Mantidae', 'Animalia', 'insect', 'P'),
  (67772, 'Salmo trutta', 'Linnaeus, 1758', 'Truite commune', 'Salmonidae', 'Animalia', 'fish', 'P'),
  (77490, 'Anguis fragilis', 'Linnaeus, 1758', 'Orvet fragile', 'Anguidae', 'Animalia', 'reptile', 'P'),
  (77619, 'Lacerta bilineata', 'Daudin, 1802', 'Lézard vert occidental', 'Lacertidae', 'Animalia', 'reptile', 'P'),
  (77756, 'Podarcis muralis', '(Laurenti, 1768)', 'Lézard des murailles', 'Lacertidae', 'Animalia', 'reptile', 'P'),
  (79303, 'Pipistrellus kuhlii', '(Kuhl, 1817)', 'Pipistrelle de Kuhl', 'Vespertilionidae', 'Animalia', 'mammal', 'P'),
  (79908, 'Achillea millefolium', 'L., 1753', 'Achillée millefeuille', 'Asteraceae', 'Plantae', 'plant', 'P'),
  (81569, 'Alnus glutinosa', '(L.) Gaertn., 1790', 'Aulne glutineux', 'Betulaceae', 'Plantae', 'plant', 'P'),
  (82288, 'Anacamptis pyramidalis', '(L.) Rich., 1817', 'Orchis pyramidal', 'Orchidaceae', 'Plantae', 'plant', 'P'),
  (84472, 'Asplenium ceterach', 'L., 1753', 'Cétérach', 'Aspleniaceae', 'Plantae', 'fern', 'P'),
  (85740, 'Bellis perennis', 'L., 1753', 'Pâquerette', 'Asteraceae', 'Plantae', 'plant', 'P'),
  (86869, 'Buddleja davidii', 'Franch., 1887', 'Buddléia', 'Scrophulariaceae', 'Plantae', 'plant', 'J'),
  (91169, 'Cichorium intybus', 'L., 1753', 'Chicorée sauvage', 'Asteraceae', 'Plantae', 'plant', 'P'),
  (92606, 'Corylus avellana', 'L., 1753', 'Noisetier', 'Betulaceae', 'Plantae', 'plant', 'P'),
  (94503, 'Daucus carota', 'L., 1753', 'Carotte sauvage', 'Apiaceae', 'Plantae', 'plant', 'P'),
  (98921, 'Fraxinus excelsior', 'L., 1753', 'Frêne élevé', 'Oleaceae', 'Plantae', 'plant', 'P'),
  (100289, 'Glaucium flavum', 'Crantz, 1763', 'Pavot jaune des sables', 'Papaveraceae', 'Plantae', 'plant', 'P'),
  (102797, 'Himantoglossum hircinum', '(L.) Spreng., 1826', 'Orchis bouc', 'Orchidaceae', 'Plantae', 'plant', 'P'),
  (103514, 'Ilex aquifolium', 'L., 1753', 'Houx', 'Aquifoliaceae', 'Plantae', 'plant', 'P'),
  (103547, 'Impatiens glandulifera', 'Royle, 1833', 'Balsamine de l’Himalaya', 'Balsaminaceae', 'Plantae', 'plant', 'J'),
  (103772, 'Iris pseudacorus', 'L., 1753', 'Iris faux acore', 'Iridaceae', 'Plantae', 'plant', 'P'),
  (106653, 'Lotus corniculatus', 'L., 1753', 'Lotier corniculé', 'Fabaceae', 'Plantae', 'plant', 'P'),
  (110335, 'Ophrys apifera', 'Huds., 1762', 'Ophrys abeille', 'Orchidaceae', 'Plantae', 'plant', 'P'),
  (112355, 'Papaver rhoeas', 'L., 1753', 'Coquelicot', 'Papaveraceae', 'Plantae', 'plant', 'P'),
  (113893, 'Plantago lanceolata', 'L., 1753', 'Plantain lancéolé', 'Plantaginaceae', 'Plantae', 'plant', 'P'),
  (116265, 'Pteridium aquilinum', '(L.) Kuhn, 1879', 'Fougère aigle', 'Dennstaedtiaceae', 'Plantae', 'fern', 'P'),
  (116759, 'Quercus robur', 'L., 1753', 'Chêne pédonculé', 'Fagaceae', 'Plantae', 'plant', 'P'),
  (117019, 'Ficaria verna', 'Huds., 1762', 'Ficaire', 'Ranunculaceae', 'Plantae', 'plant', 'P'),
  (117201, 'Ranunculus repens', 'L., 1753', 'Renoncule rampante', 'Ranunculaceae', 'Plantae', 'plant', 'P'),
  (117860, 'Robinia pseudoacacia', 'L., 1753', 'Robinier faux-acacia', 'Fabaceae', 'Plantae', 'plant', 'J'),
  (119915, 'Salix alba', 'L., 1753', 'Saule blanc', 'Salicaceae', 'Plantae', 'plant', 'P'),
  (120717, 'Sambucus nigra', 'L., 1753', 'Sureau noir', 'Adoxaceae', 'Plantae', 'plant', 'P'),
  (127439, 'Trifolium pratense', 'L., 1753', 'Trèfle des prés', 'Fabaceae', 'Plantae', 'plant', 'P'),
  (127454, 'Trifolium repens', 'L., 1753', 'Trèfle blanc', 'Fabaceae', 'Plantae', 'plant', 'P'),
  (199863, 'Cornu aspersum', '(O. F. Müller, 1774)', 'Escargot petit-gris', 'Helicidae', 'Animalia', 'mollusc', 'P'),
  (200118, 'Myotis daubentonii', '(Kuhl, 1817)', 'Murin de Daubenton', 'Vespertilionidae', 'Animalia', 'mammal', 'P'),
  (219831, 'Pieris rapae', '(Linnaeus, 1758)', 'Piéride de la Rave', 'Pieridae', 'Animalia', 'butterfly', 'P'),
  (239523, 'Apis mellifera', 'Linnaeus, 1758', 'Abeille domestique', 'Apidae', 'Animalia', 'insect', 'P'),
  (459478, 'Delichon urbicum', '(Linnaeus, 1758)', 'Hirondelle de fenêtre', 'Hirundinidae', 'Animalia', 'bird', 'P'),
  (530157, 'Chroicocephalus ridibundus', '(Linnaeus, 1766)', 'Mouette rieuse', 'Laridae', 'Animalia', 'bird', 'P'),
  (608364, 'Aglais io', '(Linnaeus, 1758)', 'Paon-du-jour', 'Nymphalidae', 'Animalia', 'butterfly', 'P')
) AS t (cd, name, author, french, family, kingdom, grp, origin);

-- Reference names have changed: towns' files still hold the old ones.
INSERT INTO atlas.taxon (cd_nom, cd_ref, species_ref, rank, name, author, french, family, kingdom, grp, origin, genus, fold, words, source)
SELECT s.cd_nom, t.cd_ref, t.species_ref, 'ES', s.name, '(Linnaeus, 1758)', t.french, t.family, t.kingdom, t.grp, t.origin,
  lower(split_part(s.name, ' ', 1)), lower(s.name), ' ' || lower(s.name), 'acv-1'
FROM (VALUES (534742, 'Parus caeruleus', 3760)) AS s (cd_nom, name, cd_ref)
JOIN atlas.taxon t ON t.cd_nom = s.cd_ref;

INSERT INTO atlas.taxon_status (cd_ref, kind, code, reference)
SELECT cd_ref, 'protection', 'PN', 'Arrêté du 29 octobre 2009 (oiseaux protégés)'
FROM atlas.taxon WHERE grp = 'bird' AND cd_nom = cd_ref AND name NOT IN ('Anas platyrhynchos', 'Columba palumbus', 'Corvus corone', 'Fulica atra', 'Gallinula chloropus', 'Garrulus glandarius', 'Pica pica', 'Streptopelia decaocto', 'Sturnus vulgaris', 'Turdus merula', 'Turdus philomelos');
INSERT INTO atlas.taxon_status (cd_ref, kind, code, reference)
SELECT cd_ref, 'protection', 'PN', 'Arrêté du 23 avril 2007 (mammifères terrestres protégés)'
FROM atlas.taxon WHERE cd_nom = cd_ref AND (name IN ('Erinaceus europaeus', 'Sciurus vulgaris', 'Lutra lutra')
  OR family IN ('Vespertilionidae', 'Rhinolophidae'));
INSERT INTO atlas.taxon_status (cd_ref, kind, code, reference)
SELECT cd_ref, 'protection', 'PN', 'Arrêté du 8 janvier 2021 (amphibiens et reptiles protégés)'
FROM atlas.taxon WHERE grp = 'reptile' OR name IN ('Alytes obstetricans', 'Bufo bufo', 'Salamandra salamandra', 'Rana dalmatina');
INSERT INTO atlas.taxon_status (cd_ref, kind, code, reference)
SELECT t.cd_ref, 'redlist', s.code, s.reference
FROM (VALUES
  ('Carduelis carduelis', 'VU', 'birds'), ('Chloris chloris', 'VU', 'birds'), ('Serinus serinus', 'VU', 'birds'),
  ('Alcedo atthis', 'VU', 'birds'), ('Apus apus', 'NT', 'birds'), ('Hirundo rustica', 'NT', 'birds'),
  ('Delichon urbicum', 'NT', 'birds'), ('Larus argentatus', 'NT', 'birds'), ('Chroicocephalus ridibundus', 'NT', 'birds'),
  ('Falco tinnunculus', 'NT', 'birds'), ('Muscicapa striata', 'NT', 'birds'), ('Passer domesticus', 'LC', 'birds'),
  ('Turdus merula', 'LC', 'birds'), ('Parus major', 'LC', 'birds'),
  ('Oryctolagus cuniculus', 'NT', 'mammals'), ('Pipistrellus pipistrellus', 'NT', 'mammals'),
  ('Sciurus vulgaris', 'LC', 'mammals'), ('Lutra lutra', 'LC', 'mammals')
) AS l (name, code, list)
JOIN atlas.taxon t ON t.name = l.name AND t.cd_nom = t.cd_ref
CROSS JOIN LATERAL (SELECT l.code, CASE l.list
  WHEN 'birds' THEN 'Liste rouge des oiseaux nicheurs de France métropolitaine (UICN France, MNHN, 2016)'
  ELSE 'Liste rouge des mammifères de France métropolitaine (UICN France, MNHN, 2017)' END) AS s (code, reference);
INSERT INTO atlas.taxon_status (cd_ref, kind, code, reference)
SELECT cd_ref, 'invasive', 'UE', 'Règlement (UE) nº 1143/2014, liste de l’Union'
FROM atlas.taxon WHERE name IN ('Myocastor coypus', 'Impatiens glandulifera');

-- +goose Down
DELETE FROM atlas.taxon_status;
DELETE FROM atlas.taxon;
